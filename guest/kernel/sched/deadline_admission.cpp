#include "kernel/sched/deadline_admission.hpp"

namespace kernel::sched {

std::optional<unsigned> DeadlineAdmission::reserve(u64 bandwidth, u32 cpus)
{
    std::optional<unsigned> best;
    for (u32 rest = cpus; rest != 0; rest &= rest - 1) {
        const auto cpu = static_cast<unsigned>(__builtin_ctz(rest));
        if (reserved_[cpu] + bandwidth <= most && (!best || reserved_[cpu] < reserved_[*best]))
            best = cpu;
    }
    if (best)
        reserved_[*best] += bandwidth;
    return best;
}

bool is_valid(const DeadlineParameters& parameters)
{
    constexpr u64 shortest_runtime = 1024; // nanoseconds: 1 << DL_SCALE
    constexpr u64 shortest_period = 100 * microsecond;
    constexpr u64 longest_period = (u64{1} << 22) * microsecond;
    return parameters.runtime >= shortest_runtime && parameters.runtime <= parameters.deadline &&
           parameters.deadline <= parameters.period && parameters.period >= shortest_period &&
           parameters.period <= longest_period;
}

} // namespace kernel::sched
