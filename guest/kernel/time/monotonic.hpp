#pragma once

#include "lib/types.hpp"

namespace kernel::time {

/// Nanoseconds since boot: CLOCK_MONOTONIC. Also CLOCK_MONOTONIC_RAW, for nothing corrects the clock's speed, and
/// CLOCK_BOOTTIME, for the machine never sleeps. Any context; 0 before there is a clock source.
u64 monotonic();

} // namespace kernel::time
