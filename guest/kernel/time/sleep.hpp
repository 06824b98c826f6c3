#pragma once

#include "kernel/time/clock.hpp"

namespace kernel::time {

/// Sleeps until the clock shows `deadline`, however that comes about: time passes, or somebody sets the clock. Returns
/// no earlier. Task context.
void sleep_until(Clock clock, u64 deadline);

} // namespace kernel::time
