#pragma once

#include "lib/types.hpp"

namespace kernel::debug {

/// Finds out that a CPU never comes to its scheduler, from samples that the CPU itself takes in a timer interrupt. Pure
/// logic; one for each CPU.
///
/// What counts is samples, not time: while the host runs somebody else in this CPU's place no sample is taken, and the
/// one that comes late stands for one interval, however long it was.
class LockupWatch {
public:
    /// So many samples in a row without a pass are a lockup: of intervals of 2/5 of the threshold, twice that.
    static constexpr u32 limit = 5;

    struct Finding {
        bool passes = false; ///< the CPU came to its scheduler since the last sample: all is well
        bool report = false; ///< it has not for too long; every so often again
        u32 intervals = 0;   ///< how long it has not
    };
    /// `passes`: how often the CPU has come to its scheduler so far.
    Finding sample(u32 passes);

private:
    u32 last_passes_ = 0;
    u32 intervals_ = 0;
};

/// Finds out that a task sleeps for too long in a way that nothing but what it waits for can end. Pure logic; one for
/// each task. Looks count, not time, as above.
class SleepWatch {
public:
    /// So many intervals between looks, in each of which the task slept, are too long.
    static constexpr u32 limit = 8;

    /// `switches`: how often the task has been switched away from. True once for each sleep that is too long.
    bool look(bool uninterruptible, u64 switches);

private:
    u64 last_switches_ = ~0ULL;
    u32 intervals_ = 0;
};

} // namespace kernel::debug
