#include "kernel/sched/realtime_bandwidth.hpp"

#include <algorithm>
#include <utility>

namespace kernel::sched {

constinit RealtimeLimit realtime_limit;

void RealtimeBandwidth::account(u64 ran)
{
    refresh();
    used_ += ran;
    throttled_ = used_ >= realtime_limit.runtime && realtime_limit.runtime < realtime_limit.period;
}

bool RealtimeBandwidth::refresh()
{
    if (now_ < period_end_)
        return false;
    const u64 periods = (now_ - period_end_) / realtime_limit.period + 1;
    period_end_ = period_end_ == 0 ? now_ + realtime_limit.period : period_end_ + periods * realtime_limit.period;
    used_ -= std::min(used_, periods * realtime_limit.runtime); // what was too much counts in the next
    return used_ < realtime_limit.runtime && std::exchange(throttled_, false);
}

} // namespace kernel::sched
