#pragma once

#include "kernel/time/timekeeping.hpp"
#include "kernel/time/timer_wheel.hpp"

/// Timers of the wheel, by Linux's names. Expiries are in jiffies: `jiffies() + tick_hz` is a second from now.
namespace kernel::time {

/// Starts the timer, on this CPU; when it is pending already, moves it. Whether it was. Any context; may be called by
/// several CPUs at a time.
bool mod_timer(WheelTimer& timer, u64 expires);
/// Starts a timer that is not pending on another CPU, which is online and stays so.
void add_timer_on(WheelTimer& timer, u64 expires, unsigned cpu);
/// Whether it was pending. Its `expired` may be running, on another CPU. Any context.
bool timer_delete(WheelTimer& timer);
/// The same; when it returns, `expired` does not run any more. Not in a hard interrupt, nor in `expired` itself, nor
/// with a lock held that `expired` takes.
bool timer_delete_sync(WheelTimer& timer);

/// So many jiffies, rounded up.
constexpr u64 jiffies_of(u64 nanoseconds) { return (nanoseconds + tick_nanoseconds - 1) / tick_nanoseconds; }

} // namespace kernel::time
