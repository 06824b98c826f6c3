#pragma once

#include "lib/intrusive.hpp"
#include "lib/types.hpp"

namespace kernel::time {

/// Something to be done at a point of the monotonic clock. Its owner embeds it, and keeps it alive while it is pending.
class Timer {
public:
    /// `expired` runs in interrupt context, interrupts masked, on the CPU that started the timer; it may start it anew.
    explicit Timer(void (*expired)(Timer&)) : expired_{expired} {}

    /// Monotonic nanoseconds at which it expires; meaningful while pending.
    u64 deadline() const { return deadline_; }

private:
    friend class TimerQueue;
    void (*expired_)(Timer&);
    TreeHook in_queue_;
    u64 deadline_ = 0;
    unsigned cpu_ = 0; ///< whose queue holds it
    bool pending_ = false;
};

/// Queues the timer on this CPU; when it is pending already, moves it. Any context.
void start(Timer& timer, u64 deadline);
/// Returns whether it was pending: if not, it has expired (or never started). When it returns, `expired` does not run
/// any more, unless called by `expired` itself. Any context.
bool cancel(Timer& timer);

/// The scheduler's tick: `handler` runs every tick_nanoseconds, in interrupt context, on the CPUs that want it.
inline constexpr u64 tick_hz = 100;
inline constexpr u64 tick_nanoseconds = 1'000'000'000 / tick_hz;
void set_tick_handler(void (*handler)());
/// Whether this CPU wants ticks: an idle one does not, nor one with nobody to preempt. Interrupts masked.
void want_tick(bool wanted);

} // namespace kernel::time
