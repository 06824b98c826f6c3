#pragma once

#include "kernel/time/monotonic.hpp"
#include "lib/types.hpp"

namespace arch {

/// Clock sources and clock event devices are registered with kernel/time, which tells the time by them.

/// kernel::time::monotonic(), for arch itself and early code.
inline u64 monotonic_nanoseconds() { return kernel::time::monotonic(); }

/// Nanoseconds since 1970, from whoever keeps them while the machine is off: the host, or the RTC. Takes its time.
u64 persistent_clock();

/// For trace records and for short times.
u64 timestamp_counter();
/// How fast that runs.
u64 timestamp_khz();

} // namespace arch
