#pragma once

#include "kernel/sched/policy.hpp"
#include "lib/types.hpp"

namespace kernel::sched {

/// How much of the time real-time tasks may take from fair ones (sched(7), /proc/sys/kernel/sched_rt_*). For all CPUs;
/// changed at any time.
struct RealtimeLimit {
    u64 period = 1'000 * millisecond;
    u64 runtime = 950 * millisecond; ///< at least the period: no limit
};
extern RealtimeLimit realtime_limit;

/// One CPU's account of it. When real-time tasks have used up their time in a period, fair tasks that are ready run
/// first for the rest of it. If none is, real-time tasks go on: there is nobody to protect from them.
class RealtimeBandwidth {
public:
    explicit RealtimeBandwidth(const u64& now) : now_{now} {}

    /// A real-time task has run.
    void account(u64 ran);
    bool throttled() const { return throttled_; }
    /// Begins a new period, if this one is over. True: it was throttled, and is not any more.
    bool refresh();
    /// When to refresh().
    u64 period_end() const { return period_end_; }

private:
    const u64& now_;
    u64 period_end_ = 0;
    u64 used_ = 0;
    bool throttled_ = false;
};

} // namespace kernel::sched
