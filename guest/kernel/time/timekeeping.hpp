#pragma once

#include "kernel/time/clock.hpp"
#include "kernel/time/clock_source.hpp"
#include "kernel/time/monotonic.hpp"
#include "lib/result.hpp"

/// What time it is. Any context, unless it says otherwise.
namespace kernel::time {

/// Nanoseconds since 1970: CLOCK_REALTIME.
u64 realtime();
u64 now(Clock clock);

/// What is to be added to monotonic() for the time of another clock.
u64 offset_of(Clock clock);

/// Sets CLOCK_REALTIME; timers that go by it expire by the new time. A time that lies before the boot: EINVAL, as on
/// Linux. Task context.
Result<void> set_realtime(u64 nanoseconds);

/// Tells time by this source, if it is better than what there is. It must stay. Boot and task context.
void register_clock_source(ClockSource& source);
/// Not for the one in use, unless there is another. Task context.
void unregister_clock_source(ClockSource& source);
const ClockSource& current_clock_source();

/// The tick's unit of time; the timer wheel's, too.
inline constexpr u64 tick_hz = 100;
inline constexpr u64 tick_nanoseconds = nanoseconds_per_second / tick_hz;
/// Ticks since boot, whether or not any CPU took them: a CPU without a tick falls behind in nothing.
inline u64 jiffies() { return monotonic() / tick_nanoseconds; }

} // namespace kernel::time
