// Keeps CPUs from being idle while tasks wait elsewhere, and from having much more to do than others. Tasks are taken
// by the CPU that has less to do; one that has too much asks an idle one to come. Decisions are made on what CPUs
// publish about themselves, and looked over under the lock of the queue that a task is taken from.
#include "kernel/sched/cpu_state.hpp"
#include "kernel/sched/schedule.hpp"

namespace kernel::sched {
namespace {

constexpr unsigned ticks_between_balances = 4;

u64 load_of(unsigned cpu) { return __atomic_load_n(&cpu_state(cpu).load, __ATOMIC_RELAXED); }
bool is_overloaded(unsigned cpu) { return __atomic_load_n(&cpu_state(cpu).overloaded, __ATOMIC_RELAXED); }

u64 weight_of(const Task& task)
{
    return task.sched.class_id == ClassId::fair ? task.sched.fair.weight : nice_0_weight;
}

/// Deadline tasks stay where their bandwidth is reserved. What still is on a CPU's stack cannot go to another's.
bool may_go_to(const Task& task, CpuMask cpus)
{
    return (task.sched.class_id == ClassId::fair || task.sched.class_id == ClassId::realtime) &&
           (task.affinity & cpus) != 0 && !__atomic_load_n(&task.on_cpu, __ATOMIC_ACQUIRE);
}

/// The CPU with most to do among those where tasks wait; `cpu` itself when there is none.
unsigned find_busiest(unsigned cpu)
{
    unsigned busiest = cpu;
    for (CpuMask rest = online_cpus() & ~(CpuMask{1} << cpu); rest != 0; rest &= rest - 1) {
        const auto other = static_cast<unsigned>(__builtin_ctz(rest));
        if (is_overloaded(other) && (busiest == cpu || load_of(other) > load_of(busiest)))
            busiest = other;
    }
    return busiest;
}

/// Takes a waiting task that may run on `cpu` off `from`'s queue, if both are more equal then.
/// Real-time tasks have a balance of their own (realtime_balance.cpp), but an idle CPU asks for no class.
Task* take_from(CpuState& from, CpuState& cpu, u64 now, Migration reason)
{
    return from.queue.with([&](RunQueue& queue) -> Task* {
        queue.update(now);
        const u64 here = load_of(cpu.id);
        Task* const taken = queue.find_waiting([&](const Task& task) {
            return (task.sched.class_id == ClassId::fair || reason == Migration::idle_balance) &&
                   may_go_to(task, CpuMask{1} << cpu.id) && here + weight_of(task) < load_of(from.id);
        });
        if (taken == nullptr)
            return nullptr;
        queue.remove(*taken);
        publish(from, queue);
        return taken;
    });
}

void pull(CpuState& cpu, Migration reason)
{
    const unsigned busiest = find_busiest(cpu.id);
    if (busiest == cpu.id)
        return;
    cpu.queue.with([](RunQueue& queue) { ++queue.statistics().balances; });
    const u64 now = clock();
    Task* const task = take_from(cpu_state(busiest), cpu, now, reason);
    if (task == nullptr)
        return;
    if (!place_on(cpu.id, *task, now, Enqueue::moved, reason))
        place(*task, now, Enqueue::moved, reason); // this CPU is about to go
}

/// Has an idle CPU look for work, if there is one that could take some from here.
void call_idle_cpu(CpuState& cpu)
{
    CpuMask idle = 0;
    for (CpuMask rest = online_cpus(); rest != 0; rest &= rest - 1)
        if (const auto other = static_cast<unsigned>(__builtin_ctz(rest)); load_of(other) == 0)
            idle |= CpuMask{1} << other;
    if (idle == 0)
        return;
    const CpuMask useful = cpu.queue.with([&](RunQueue& queue) -> CpuMask {
        const Task* const task = queue.find_waiting([&](const Task& waiting) { return may_go_to(waiting, idle); });
        return task == nullptr ? 0 : task->affinity & idle;
    });
    if (useful != 0)
        arch::send_reschedule(static_cast<unsigned>(__builtin_ctz(useful)));
}

} // namespace

void balance_idle(CpuState& cpu)
{
    if (__atomic_load_n(&cpu.load, __ATOMIC_RELAXED) == 0)
        pull(cpu, Migration::idle_balance);
}

void balance_at_tick(CpuState& cpu)
{
    if (++cpu.ticks % ticks_between_balances != 0)
        return;
    pull(cpu, Migration::periodic_balance);
    if (cpu.overloaded)
        call_idle_cpu(cpu);
}

} // namespace kernel::sched
