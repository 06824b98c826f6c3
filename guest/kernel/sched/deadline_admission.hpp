#pragma once

#include "arch/cpu.hpp"
#include "kernel/sched/scheduling.hpp"

#include <optional>

namespace kernel::sched {

/// How much of each CPU deadline tasks have been promised. Each task has its promise on one CPU, and runs there only:
/// so EDF keeps it as long as no CPU's promises exceed its time, which a promise spread over all CPUs would not ensure.
/// Not locked.
class DeadlineAdmission {
public:
    /// In parts of a whole CPU.
    static constexpr u64 whole = u64{1} << 20;
    /// The rest is for those whose classes come later.
    static constexpr u64 most = whole * 95 / 100;

    /// What a task uses at most. As Linux's, this is the runtime of each period: tasks whose deadlines are shorter than
    /// their periods may miss some when all of them want the CPU at once.
    static u64 bandwidth_of(const DeadlineParameters& parameters)
    {
        return parameters.runtime * whole / parameters.period;
    }

    /// The CPU of `cpus` (a mask) with the most time left, which has `bandwidth` less from now on; none when that is
    /// more than any has.
    std::optional<unsigned> reserve(u64 bandwidth, u32 cpus);
    void release(unsigned cpu, u64 bandwidth) { reserved_[cpu] -= bandwidth; }
    u64 reserved(unsigned cpu) const { return reserved_[cpu]; }

private:
    u64 reserved_[arch::max_cpus] = {};
};

/// Whether they make sense: runtime <= deadline <= period, within Linux's bounds.
bool is_valid(const DeadlineParameters& parameters);

} // namespace kernel::sched
