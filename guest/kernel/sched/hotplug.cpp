#include "kernel/sched/cpu_state.hpp"
#include "kernel/sched/migration.hpp"
#include "kernel/sched/schedule.hpp"

namespace kernel::sched {
namespace {

/// In the CPU's migration thread: all other tasks wait, or sleep.
void drain(void* argument)
{
    CpuState& cpu = *static_cast<CpuState*>(argument);
    const arch::InterruptsOff masked;
    set_offline(cpu.id); // from here on nobody places a task here
    for (;;) {
        const u64 now = clock();
        Task* const task = cpu.queue.with([&](RunQueue& queue) {
            queue.update(now);
            Task* const found = queue.find_waiting([](const Task&) { return true; });
            if (found != nullptr)
                queue.remove(*found);
            publish(cpu, queue);
            return found;
        });
        if (task == nullptr)
            return;
        place(*task, now, Enqueue::moved, Migration::hot_unplug);
    }
}

} // namespace

void cpu_online(unsigned cpu) { set_online(cpu); }

Result<void> cpu_offline(unsigned cpu)
{
    if ((online_cpus() & ~(CpuMask{1} << cpu)) == 0 || has_reservations(cpu))
        return Errno::ebusy;
    return stop_one_cpu(cpu, drain, &cpu_state(cpu));
}

} // namespace kernel::sched
