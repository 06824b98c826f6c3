#pragma once

#include "kernel/sync/spin_lock.hpp"
#include "kernel/time/timer.hpp"
#include "lib/locked.hpp"

namespace kernel::event {

/// struct itimerspec in nanoseconds: when a timer expires next, and how often from then on. 0: not, or not again.
struct TimerSetting {
    u64 value = 0;
    u64 interval = 0;
};

/// A timer that programs set: once or periodic, absolute or not. Who calls set() and stop() takes turns.
class IntervalTimer {
public:
    IntervalTimer() : timer_{*this, time::Clock::monotonic} {}
    IntervalTimer(const IntervalTimer&) = delete;
    IntervalTimer& operator=(const IntervalTimer&) = delete;

    /// `value` 0: stops it. An absolute one is a time of `clock`; others do not mind when it is set.
    void set(time::Clock clock, const TimerSetting& setting, bool absolute);
    /// When it returns, expired() does not run.
    void stop();
    /// What is left until it expires.
    TimerSetting get() const;

protected:
    ~IntervalTimer() { stop(); }
    /// So many times, one as a rule. In hard interrupt context.
    virtual void expired(u64 times) = 0;

private:
    struct Timer : time::HighResolutionTimer {
        Timer(IntervalTimer& its, time::Clock clock) : HighResolutionTimer{fire, clock}, owner{its} {}
        static void fire(HighResolutionTimer& timer);
        IntervalTimer& owner;
    };
    /// A shorter interval is served in bundles, so that it leaves time for others.
    static constexpr u64 least_interval = 100'000;

    Timer timer_;
    u64 interval_ = 0; ///< changes while the timer is stopped
};

} // namespace kernel::event
