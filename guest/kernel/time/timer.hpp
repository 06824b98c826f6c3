#pragma once

#include "kernel/time/clock.hpp"
#include "kernel/time/tick.hpp"
#include "lib/intrusive.hpp"
#include "lib/types.hpp"

/// High-resolution timers (Linux's hrtimers): for what must happen at a point of time, not a tick later. What is nearly
/// always cancelled before it expires is cheaper as a timer of the wheel (timer_list.hpp).
namespace kernel::time {

/// Something to be done at a point of a clock. Its owner embeds it, and keeps it alive while it is pending.
class HighResolutionTimer {
public:
    /// `expired` runs in hard interrupt context, interrupts masked, on the CPU that started the timer; it may start it
    /// anew.
    explicit HighResolutionTimer(void (*expired)(HighResolutionTimer&), Clock clock = Clock::monotonic)
        : expired_{expired}, clock_{clock}
    {}
    HighResolutionTimer(const HighResolutionTimer&) = delete;
    HighResolutionTimer& operator=(const HighResolutionTimer&) = delete;

    Clock clock() const { return clock_; }
    /// When it expires, or expired, by its clock.
    u64 deadline() const { return deadline_; }
    /// True between start and expiry. By the time the caller knows it may have changed.
    bool is_pending() const { return __atomic_load_n(&pending_, __ATOMIC_RELAXED); }

private:
    friend class TimerQueue;
    void (*expired_)(HighResolutionTimer&);
    TreeHook in_queue_;
    u64 deadline_ = 0;
    u8 cpu_ = 0; ///< whose queue holds it, or held it last; see timer.cpp
    Clock clock_;
    bool pending_ = false;
};

/// Starts the timer, on this CPU, for a point of its clock; when it is pending already, moves it. One that has passed
/// is served at once. Any context; may be called by several CPUs at a time.
void start(HighResolutionTimer& timer, u64 deadline);
/// The same, so long from now.
void start_after(HighResolutionTimer& timer, u64 nanoseconds);
/// Returns whether it was pending: if not, it has expired (or never started). When it returns, `expired` does not run
/// any more, unless it is called by `expired` itself, or by what interrupted it. Any context.
bool cancel(HighResolutionTimer& timer);
/// The same without waiting: nothing if `expired` is running on another CPU, or this one.
enum class Cancelled { was_pending, was_not_pending, is_running };
Cancelled try_cancel(HighResolutionTimer& timer);

/// For periodic timers, in `expired`: the timer's next deadline after `now`, its last one and a multiple of `interval`.
/// `overruns`: how many that multiple is; more than one when some were missed.
struct Forwarded {
    u64 deadline;
    u64 overruns;
};
Forwarded forward(const HighResolutionTimer& timer, u64 now, u64 interval);

} // namespace kernel::time
