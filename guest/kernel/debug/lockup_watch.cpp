#include "kernel/debug/lockup_watch.hpp"

#include <utility>

namespace kernel::debug {

LockupWatch::Finding LockupWatch::sample(u32 passes)
{
    if (std::exchange(last_passes_, passes) != passes) {
        intervals_ = 0;
        return {.passes = true};
    }
    ++intervals_;
    return {.report = intervals_ % limit == 0, .intervals = intervals_};
}

bool SleepWatch::look(bool uninterruptible, u64 switches)
{
    if (!uninterruptible || std::exchange(last_switches_, switches) != switches) {
        intervals_ = 0;
        return false;
    }
    return ++intervals_ == limit;
}

} // namespace kernel::debug
