#pragma once

#include "lib/types.hpp"

namespace kernel::time {

/// The clocks that timers can go by. All count nanoseconds and run at one speed; they differ in where they stand.
enum class Clock : u8 {
    monotonic, ///< since boot
    realtime,  ///< since 1970; jumps when it is set
    boottime,  ///< since boot, sleep of the machine included: there is none, so the same as monotonic
};
inline constexpr unsigned clock_count = 3;

inline constexpr u64 nanoseconds_per_second = 1'000'000'000;
inline constexpr u64 never = ~0ULL;

/// When a time of `duration` from `start` on is over; never, when that cannot be counted.
constexpr u64 time_after(u64 start, u64 duration)
{
    u64 result = 0;
    return __builtin_add_overflow(start, duration, &result) ? never : result;
}

} // namespace kernel::time
