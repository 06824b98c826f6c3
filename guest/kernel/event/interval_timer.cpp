#include "kernel/event/interval_timer.hpp"

#include "kernel/time/timekeeping.hpp"

#include <algorithm>

namespace kernel::event {

void IntervalTimer::Timer::fire(HighResolutionTimer& timer)
{
    IntervalTimer& owner = static_cast<Timer&>(timer).owner;
    u64 times = 1;
    if (owner.interval_ != 0) {
        const u64 now = time::now(timer.clock());
        const u64 late = now > timer.deadline() ? now - timer.deadline() : 0;
        u64 soonest = now + (owner.interval_ < least_interval ? least_interval : 0);
        if (late > owner.interval_)
            soonest += 4 * late; // serving it takes longer than the interval: others get some of the time
        const time::Forwarded next = time::forward(timer, soonest, owner.interval_);
        times = std::max<u64>(next.overruns, 1);
        time::start(timer, next.deadline);
    }
    owner.expired(times);
}

/// A timer that is cancelled may still be in fire(), and start itself once more there.
void IntervalTimer::stop()
{
    while (time::cancel(timer_)) {
    }
}

void IntervalTimer::set(time::Clock clock, const TimerSetting& setting, bool absolute)
{
    stop();
    interval_ = setting.interval;
    if (setting.value == 0)
        return;
    timer_.~Timer();
    new (&timer_) Timer{*this, absolute ? clock : time::Clock::monotonic};
    if (absolute)
        time::start(timer_, setting.value);
    else
        time::start_after(timer_, setting.value);
}

TimerSetting IntervalTimer::get() const
{
    if (!timer_.is_pending())
        return {0, interval_};
    const u64 now = time::now(timer_.clock());
    const u64 deadline = timer_.deadline();
    return {deadline > now ? deadline - now : 1, interval_};
}

} // namespace kernel::event
