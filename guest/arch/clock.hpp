#pragma once

#include "lib/types.hpp"

namespace arch {

/// Nanoseconds since boot, monotonic, the same on every CPU: kvmclock, or the TSC where there is none.
u64 monotonic_nanoseconds();
/// Nanoseconds since 1970, from kvmclock's wall clock or the RTC.
u64 realtime_nanoseconds();
/// For trace records and for short times.
u64 timestamp_counter();
/// How fast that runs.
u64 timestamp_khz();
const char* clock_source_name();

/// Interrupts this CPU once at `deadline` (monotonic), or at once when it has passed. Replaces an earlier deadline.
void arm_timer(u64 deadline);
void disarm_timer();

} // namespace arch
