// Sees to it that the most urgent real-time tasks run, wherever there is a CPU for them: Linux's push and pull
// (kernel/sched/rt.c). A task that wakes up goes where it disturbs the least urgent, see choose_cpu(). What is left to
// do is this: a CPU that preempts a real-time task pushes it to one that does something less urgent; and a CPU that is
// about to do something less urgent pulls a real-time task that waits elsewhere. All by what CPUs publish, and looked
// over under the lock of the queue that a task is taken from.
#include "kernel/sched/cpu_state.hpp"
#include "kernel/sched/schedule.hpp"

#include <algorithm>

namespace kernel::sched {

constinit CpuMask cpus_with_waiting_realtime = 0;

namespace {

unsigned urgency_on(unsigned cpu) { return __atomic_load_n(&cpu_state(cpu).urgency, __ATOMIC_RELAXED); }
unsigned waiting_on(unsigned cpu) { return __atomic_load_n(&cpu_state(cpu).waiting_realtime, __ATOMIC_RELAXED); }

/// One that has left its CPU's stack, and is not bound to stay.
bool may_go(const Task& task, CpuMask cpus)
{
    return task.sched.class_id == ClassId::realtime && (task.affinity & cpus) != 0 &&
           !__atomic_load_n(&task.on_cpu, __ATOMIC_ACQUIRE);
}

/// Takes `accepts(task)`'s first off the queue; null when there is none.
template <typename Accepts>
Task* take(CpuState& from, u64 now, Accepts&& accepts)
{
    return from.queue.with([&](RunQueue& queue) {
        queue.update(now);
        Task* const task = queue.find_waiting_realtime(accepts);
        if (task != nullptr) {
            queue.remove(*task);
            publish(from, queue);
        }
        return task;
    });
}

/// The CPU of `cpus` where the most urgent real-time task waits that is more urgent than `floor`; none: max_cpus.
unsigned most_urgent_wait(CpuMask cpus, unsigned floor)
{
    unsigned best = arch::max_cpus;
    for (CpuMask rest = cpus; rest != 0; rest &= rest - 1) {
        const auto cpu = static_cast<unsigned>(__builtin_ctz(rest));
        if (const unsigned urgency = waiting_on(cpu); urgency > floor) {
            best = cpu;
            floor = urgency;
        }
    }
    return best;
}

/// Those of `cpus` that do something less urgent.
CpuMask less_urgent(CpuMask cpus, unsigned urgency)
{
    CpuMask result = 0;
    for (CpuMask rest = cpus; rest != 0; rest &= rest - 1)
        if (const auto cpu = static_cast<unsigned>(__builtin_ctz(rest)); urgency_on(cpu) < urgency)
            result |= CpuMask{1} << cpu;
    return result;
}

} // namespace

void publish_waiting_realtime(CpuState& cpu, unsigned urgency)
{
    const bool waited = cpu.waiting_realtime != 0;
    __atomic_store_n(&cpu.waiting_realtime, urgency, __ATOMIC_RELAXED);
    const CpuMask self = CpuMask{1} << cpu.id;
    if (urgency != 0 && !waited)
        __atomic_or_fetch(&cpus_with_waiting_realtime, self, __ATOMIC_SEQ_CST);
    else if (urgency == 0 && waited)
        __atomic_and_fetch(&cpus_with_waiting_realtime, ~self, __ATOMIC_SEQ_CST);
}

void pull_realtime(CpuState& cpu, unsigned stays)
{
    const CpuMask self = CpuMask{1} << cpu.id;
    CpuMask others = __atomic_load_n(&cpus_with_waiting_realtime, __ATOMIC_RELAXED) & ~self;
    if (others == 0 || (online_cpus() & self) == 0)
        return;
    const u64 now = clock();
    const unsigned floor = std::max(stays, cpu.waiting_realtime);
    for (unsigned from; (from = most_urgent_wait(others, floor)) != arch::max_cpus; others &= ~(CpuMask{1} << from)) {
        Task* const task = take(cpu_state(from), now, [&](const Task& waiting) {
            return urgency_of(waiting) > floor && may_go(waiting, self);
        });
        if (task == nullptr)
            continue; // it is bound, or was faster
        if (!place_on(cpu.id, *task, now, Enqueue::moved, Migration::realtime_pull))
            place(*task, now, Enqueue::moved, Migration::realtime_pull); // this CPU is about to go
        return;
    }
}

void push_realtime(CpuState& cpu)
{
    while (cpu.waiting_realtime != 0) {
        const u64 now = clock();
        const CpuMask others = online_cpus() & ~(CpuMask{1} << cpu.id);
        Task* const task = take(cpu, now, [&](const Task& waiting) {
            const unsigned urgency = urgency_of(waiting);
            return urgency <= urgency_on(cpu.id) && // or it is the next here
                   may_go(waiting, less_urgent(others & waiting.affinity, urgency));
        });
        if (task == nullptr)
            return;
        place(*task, now, Enqueue::moved, Migration::realtime_push);
    }
}

} // namespace kernel::sched
