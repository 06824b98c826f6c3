#pragma once

#include "lib/types.hpp"

namespace kernel::sched {

/// What the scheduler counts time by: nanoseconds of the time-stamp counter. Cheaper than the monotonic clock, from
/// which it may drift; never to be mixed with that.
u64 clock();

/// How long so many ticks of the time-stamp counter are.
u64 to_nanoseconds(u64 ticks);

/// `deadline` of this clock on the monotonic one, as far as can be known now.
u64 to_monotonic(u64 deadline);

void set_up_clock();

} // namespace kernel::sched
