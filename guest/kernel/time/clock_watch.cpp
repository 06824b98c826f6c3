#include "kernel/time/clock_watch.hpp"

#include "kernel/time/timer_list.hpp"

namespace kernel::time {
namespace {

constexpr u64 interval = tick_hz / 2;

void check(WheelTimer& timer)
{
    if (check_clock_sources())
        mod_timer(timer, jiffies() + interval);
}

constinit WheelTimer timer{check};
constinit bool timers_work = false; ///< set on the boot CPU, before there are others

} // namespace

void watch_clock_sources()
{
    if (timers_work && !timer.is_pending() && check_clock_sources())
        mod_timer(timer, jiffies() + interval);
}

void begin_clock_watch()
{
    timers_work = true;
    watch_clock_sources();
}

} // namespace kernel::time
