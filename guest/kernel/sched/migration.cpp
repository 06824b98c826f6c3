#include "kernel/sched/migration.hpp"

#include "kernel/sched/cpu_state.hpp"
#include "kernel/sched/schedule.hpp"
#include "kernel/sync/mutex.hpp"
#include "lib/format.hpp"

namespace kernel::sched {
namespace {

/// If the task is where it must not be: has it leave when it runs; true: it waited, and is on its way now.
bool evict(Task& task, u64 now)
{
    bool waited = false;
    with_queue_of(task, now, [&](CpuState& cpu, RunQueue& queue) {
        if (task.queued == Queued::no || (allowed_cpus(task) >> cpu.id & 1) != 0)
            return;
        waited = queue.running() != &task;
        if (waited) {
            queue.remove(task);
            publish(cpu, queue);
            return;
        }
        arch::set_need_resched(cpu.id);
        if (cpu.id != arch::cpu_id())
            arch::send_reschedule(cpu.id);
    });
    return waited;
}

/// A CPU's migration thread, which is made when it is first needed.
struct Stopper {
    Task* thread = nullptr;
    void (*function)(void*) = nullptr; ///< to be called; null: nothing
    void* argument = nullptr;
    WaitQueue wanted;
    WaitQueue done;
};

/// The mutex: one at a time has something done.
Late<Locked<Stopper, Mutex>> stoppers[arch::max_cpus];

void (*pending(Stopper& stopper))(void*) { return __atomic_load_n(&stopper.function, __ATOMIC_ACQUIRE); }

void run_stopper(void* argument)
{
    Stopper& stopper = *static_cast<Stopper*>(argument);
    for (;;) {
        stopper.wanted.wait([&] { return pending(stopper) != nullptr; });
        stopper.function(stopper.argument);
        __atomic_store_n(&stopper.function, nullptr, __ATOMIC_RELEASE);
        stopper.done.wake_up_all();
    }
}

Result<void> make_thread(Stopper& stopper, unsigned cpu)
{
    if (stopper.thread != nullptr)
        return {};
    FormatBuffer<16> name;
    format_to(name, "migration/{}", cpu);
    Task* const thread = TRY(create_task(name.view(), run_stopper, &stopper, CpuMask{1} << cpu));
    thread->sched.policy = Policy::stop; // nobody else knows it yet
    thread->sched.class_id = ClassId::stop;
    thread->is_standing = true;
    stopper.thread = thread;
    wake(*thread);
    return {};
}

} // namespace

void move_where_allowed(Task& task)
{
    {
        const arch::InterruptsOff masked;
        const u64 now = clock();
        if (evict(task, now)) {
            while (__atomic_load_n(&task.on_cpu, __ATOMIC_ACQUIRE))
                arch::relax();
            place(task, now, Enqueue::moved, Migration::affinity);
        }
    }
    preempt::check_resched(); // the caller may be the one
}

bool is_where_allowed(Task& task)
{
    bool allowed = false;
    const arch::InterruptsOff masked;
    with_queue_of(task, clock(), [&](const CpuState& cpu, RunQueue&) {
        allowed = task.queued == Queued::no || (allowed_cpus(task) >> cpu.id & 1) != 0;
    });
    return allowed;
}

void set_up_stopper(unsigned cpu) { stoppers[cpu].construct(); }

Result<void> stop_one_cpu(unsigned cpu, void (*function)(void*), void* argument)
{
    return stoppers[cpu]->with([&](Stopper& stopper) -> Result<void> {
        TRY(make_thread(stopper, cpu));
        stopper.argument = argument;
        __atomic_store_n(&stopper.function, function, __ATOMIC_RELEASE);
        stopper.wanted.wake_up_all();
        stopper.done.wait([&] { return pending(stopper) == nullptr; });
        return {};
    });
}

} // namespace kernel::sched
