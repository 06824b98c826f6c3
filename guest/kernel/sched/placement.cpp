#include "arch/preempt.hpp"
#include "kernel/sched/cpu_state.hpp"
#include "kernel/sched/migration.hpp"
#include "kernel/sched/schedule.hpp"
#include "kernel/sync/rcu.hpp"
#include "kernel/trace/tracepoint.hpp"

#include <utility>

namespace kernel::sched {
namespace {

Late<CpuState> cpus[arch::max_cpus];

/// Bit n is set (release) when cpus[n] is ready to be placed on, and cleared when the CPU is to go.
constinit CpuMask online = 0;
constinit CpuMask known = 0; ///< have ever been online; by the CPU that comes up

u64 load_of(unsigned cpu) { return __atomic_load_n(&cpu_state(cpu).load, __ATOMIC_RELAXED); }
unsigned urgency_on(unsigned cpu) { return __atomic_load_n(&cpu_state(cpu).urgency, __ATOMIC_RELAXED); }

/// The CPU of `candidates`, not none, for which `cost(cpu)` is least; of equals `favourite`.
template <typename Cost>
unsigned cheapest(CpuMask candidates, unsigned favourite, Cost&& cost)
{
    unsigned best = (candidates >> favourite & 1) != 0 ? favourite : static_cast<unsigned>(__builtin_ctz(candidates));
    auto least = cost(best);
    for (CpuMask rest = candidates; rest != 0 && least != 0; rest &= rest - 1) {
        const auto cpu = static_cast<unsigned>(__builtin_ctz(rest));
        if (const auto price = cost(cpu); price < least) {
            best = cpu;
            least = price;
        }
    }
    return best;
}

/// Makes `task` running. True: it is on no queue and the caller, alone, has to place it.
bool claim(Task& task, u64 now)
{
    bool claimed = false;
    with_queue_of(task, now, [&](CpuState&, RunQueue& queue) {
        const TaskState state = task.state();
        if (state != TaskState::interruptible && state != TaskState::uninterruptible)
            return;
        task.set_state(TaskState::running);
        claimed = task.queued == Queued::no; // or else it has not gone to sleep yet
        if (!claimed)
            return;
        queue.forget(task);
        task.queued = Queued::moving;
    });
    return claimed;
}

void count_migration(Task& task, RunQueue& to, unsigned target, Migration reason)
{
    const auto index = static_cast<unsigned>(reason);
    trace::sched_migrate_task(task.pid(), static_cast<u8>(task.cpu), static_cast<u8>(target), migration_names[index]);
    ++task.sched.statistics.migrations;
    ++to.statistics().migrations_in[index];
    __atomic_add_fetch(&cpu_state(task.cpu).migrations_out[index], 1, __ATOMIC_RELAXED);
}

void count_wakeup(const Task& task, RunQueue& to, unsigned target)
{
    trace::sched_wakeup(task.pid(), static_cast<u8>(target));
    ++to.statistics().wakeups;
    if (target == arch::cpu_id())
        ++to.statistics().local_wakeups;
}

} // namespace

CpuState& cpu_state(unsigned cpu) { return *cpus[cpu]; }

CpuMask online_cpus() { return __atomic_load_n(&online, __ATOMIC_ACQUIRE); }
void set_online(unsigned cpu) { __atomic_or_fetch(&online, CpuMask{1} << cpu, __ATOMIC_RELEASE); }
void set_offline(unsigned cpu) { __atomic_and_fetch(&online, ~(CpuMask{1} << cpu), __ATOMIC_SEQ_CST); }

void become_idle_task(unsigned cpu)
{
    if ((known >> cpu & 1) == 0) {
        known |= CpuMask{1} << cpu;
        CpuState& state = cpus[cpu].construct(cpu);
        state.idle.cpu = cpu;
        state.idle.on_cpu = true;
        state.idle.queued = Queued::yes;
        state.idle.set_state(TaskState::running);
        state.queue.with([&](RunQueue& queue) { queue.start_with(state.idle); });
        set_up_stopper(cpu);
    }
    arch::set_current_task(&cpu_state(cpu).idle);
    rcu::exit_idle(); // it was as good as idle while it was offline
    set_online(cpu);
}

unsigned urgency_of(const Task& task)
{
    enum : unsigned {
        idle = 0,
        fair = 1,
        realtime = realtime_urgency,
        deadline = realtime + highest_rt_priority + 1,
        stop
    };
    switch (task.sched.class_id) {
    case ClassId::stop: return stop;
    case ClassId::deadline: return deadline;
    case ClassId::realtime: return realtime + task.sched.rt_priority;
    case ClassId::idle: return idle;
    default: return fair;
    }
}

void publish(CpuState& cpu, const RunQueue& queue)
{
    // One that is more urgent than fair tasks takes what it wants: it counts as several.
    constexpr u64 urgent_weight = u64{8} * nice_0_weight;
    const u64 urgent = queue.load() - queue.fair().count();
    __atomic_store_n(&cpu.load, queue.fair().weight() + urgent * urgent_weight, __ATOMIC_RELAXED);
    __atomic_store_n(&cpu.urgency, urgency_of(*queue.running()), __ATOMIC_RELAXED);
    __atomic_store_n(&cpu.overloaded, queue.waiting() != 0, __ATOMIC_RELAXED);
    if (const unsigned priority = queue.waiting_priority(); priority != 0 || cpu.waiting_realtime != 0) [[unlikely]]
        publish_waiting_realtime(cpu, priority != 0 ? realtime_urgency + priority : 0);
}

CpuMask allowed_cpus(const Task& task)
{
    if (task.sched.class_id == ClassId::stop)
        return task.affinity;
    const CpuMask there = online_cpus();
    const CpuMask wanted = task.sched.deadline.bandwidth == 0 ? task.affinity : CpuMask{1} << task.sched.deadline.home;
    const CpuMask allowed = there & wanted;
    return allowed != 0 ? allowed : there;
}

unsigned choose_cpu(const Task& task)
{
    const CpuMask candidates = allowed_cpus(task);
    const unsigned last = task.cpu;
    if ((candidates & (candidates - 1)) == 0)
        return static_cast<unsigned>(__builtin_ctz(candidates));
    if (task.sched.class_id != ClassId::fair)
        return cheapest(candidates, last, urgency_on); // where it disturbs the least urgent
    return cheapest(candidates, last, load_of);
}

bool place_on(unsigned target, Task& task, u64 now, Enqueue why, Migration reason)
{
    CpuState& cpu = cpu_state(target);
    bool there = false;
    bool preempts = false;
    bool contended = false;
    cpu.queue.with([&](RunQueue& queue) {
        // Whoever takes a CPU away locks its queue afterwards. Its migration thread has nowhere else to go: one woken
        // as its CPU leaves waits there until it is back.
        there = (online_cpus() >> target & 1) != 0 || task.sched.class_id == ClassId::stop;
        if (!there)
            return;
        queue.update(now);
        const bool is_new = std::exchange(task.sched.is_new, false);
        if (task.cpu != target && !is_new)
            count_migration(task, queue, target, reason);
        if (why == Enqueue::wakeup)
            count_wakeup(task, queue, target);
        __atomic_store_n(&task.cpu, target, __ATOMIC_RELAXED);
        preempts = queue.add(task, is_new ? Enqueue::created : why);
        // From the second that waits on its tick runs; a deadline task may need a timer.
        contended = queue.waiting() == 1 || task.sched.class_id == ClassId::deadline;
        publish(cpu, queue);
    });
    if (there)
        see_to(cpu, preempts, contended);
    return there;
}

void place(Task& task, u64 now, Enqueue why, Migration reason)
{
    while (!place_on(choose_cpu(task), task, now, why, reason))
        arch::relax();
}

bool wake(Task& task)
{
    const arch::InterruptsOff masked;
    const u64 now = clock();
    if (!claim(task, now))
        return false;
    while (__atomic_load_n(&task.on_cpu, __ATOMIC_ACQUIRE))
        arch::relax();
    place(task, now, Enqueue::wakeup, Migration::wakeup);
    return true;
}

} // namespace kernel::sched
