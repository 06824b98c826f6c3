#include "kernel/sched/usage.hpp"

#include "kernel/sched/cpu_state.hpp"

#include <algorithm>

namespace kernel::sched {

/// User time is counted apart from all time, by other readings of the clock: the system's is what is left.
Usage usage_of(Task& task)
{
    Usage usage{};
    const arch::InterruptsOff masked;
    with_queue_of(task, clock(), [&](CpuState&, RunQueue&) {
        const TaskStatistics& statistics = task.sched.statistics;
        usage.user = std::min(to_nanoseconds(task.sched.user_ticks), statistics.runtime);
        usage.system = statistics.runtime - usage.user;
        usage.voluntary_switches = statistics.voluntary;
        usage.involuntary_switches = statistics.involuntary;
    });
    return usage;
}

} // namespace kernel::sched
