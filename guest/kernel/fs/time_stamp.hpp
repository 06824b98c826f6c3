#pragma once

#include "lib/types.hpp"

#include <compare>

namespace kernel::fs {

/// A moment, as files remember it: since 1970, before it if the seconds are negative.
struct TimeStamp {
    i64 seconds = 0;
    u32 nanoseconds = 0;

    constexpr auto operator<=>(const TimeStamp&) const = default;
};

/// Now, by the clock that CLOCK_REALTIME shows.
TimeStamp now();

} // namespace kernel::fs
