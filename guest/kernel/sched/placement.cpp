#include "arch/preempt.hpp"
#include "kernel/sched/cpu_state.hpp"
#include "kernel/sched/schedule.hpp"
#include "kernel/time/timer.hpp"
#include "kernel/trace/tracepoint.hpp"

namespace kernel::sched {
namespace {

Late<CpuState> cpus[arch::max_cpus];

/// Bit n is set (release) when cpus[n] is ready to be placed on, and never cleared.
CpuMask online = 0;

unsigned load_of(unsigned cpu) { return __atomic_load_n(&cpu_state(cpu).load, __ATOMIC_RELAXED); }

/// The CPU with the least to do among those the task may use; of equals the one it ran on last.
unsigned choose_cpu(const Task& task)
{
    const CpuMask candidates = online_cpus() & task.affinity;
    unsigned best = task.cpu;
    bool found = (candidates >> best & 1) != 0;
    if (found && load_of(best) == 0)
        return best;
    for (CpuMask rest = candidates; rest != 0; rest &= rest - 1) {
        const auto cpu = static_cast<unsigned>(__builtin_ctz(rest));
        if (!found || load_of(cpu) < load_of(best)) {
            best = cpu;
            found = true;
        }
    }
    return best;
}

/// Makes `task` running. True: it is on no queue and the caller, alone, has to place it.
bool claim(Task& task)
{
    enum class Found { elsewhere, awake, claimed };
    for (;;) {
        const unsigned cpu = __atomic_load_n(&task.cpu, __ATOMIC_RELAXED);
        const Found found = cpu_state(cpu).queue.with([&](RunQueue&) {
            if (task.cpu != cpu)
                return Found::elsewhere; // a waker moved it just now
            const TaskState state = task.state();
            if (state != TaskState::interruptible && state != TaskState::uninterruptible)
                return Found::awake;
            task.set_state(TaskState::running);
            return task.on_queue ? Found::awake : Found::claimed; // on the queue: it has not gone to sleep yet
        });
        if (found != Found::elsewhere)
            return found == Found::claimed;
    }
}

} // namespace

CpuState& cpu_state(unsigned cpu) { return *cpus[cpu]; }

CpuMask online_cpus() { return __atomic_load_n(&online, __ATOMIC_ACQUIRE); }

void become_idle_task(unsigned cpu)
{
    CpuState& state = cpus[cpu].construct();
    state.idle.cpu = cpu;
    state.idle.on_cpu = true;
    state.idle.on_queue = true;
    state.idle.set_state(TaskState::running);
    state.queue.with([&](RunQueue& queue) { queue.start_with(state.idle); });
    arch::set_current_task(&state.idle);
    __atomic_or_fetch(&online, CpuMask{1} << cpu, __ATOMIC_RELEASE);
}

void place(Task& task)
{
    const unsigned target = choose_cpu(task);
    CpuState& cpu = cpu_state(target);
    bool preempts = false;
    bool first_to_wait = false;
    cpu.queue.with([&](RunQueue& queue) {
        __atomic_store_n(&task.cpu, target, __ATOMIC_RELAXED);
        preempts = queue.add(task);
        first_to_wait = queue.waiting() == 1;
        if (preempts)
            arch::set_need_resched(target);
        __atomic_store_n(&cpu.load, queue.load(), __ATOMIC_RELAXED);
    });
    trace::sched_wakeup(task.pid(), static_cast<u8>(target));
    if (!preempts && !first_to_wait)
        return; // its tick runs already
    if (target != arch::cpu_id())
        arch::send_reschedule(target);
    else if (!preempts)
        time::want_tick(true);
}

bool wake(Task& task)
{
    const arch::InterruptsOff masked;
    if (!claim(task))
        return false;
    while (__atomic_load_n(&task.on_cpu, __ATOMIC_ACQUIRE))
        arch::relax();
    place(task);
    return true;
}

} // namespace kernel::sched
