#pragma once

#include "kernel/time/clock_source.hpp"

/// Compares a clock source with one that is trusted.
namespace kernel::time {

enum class WatchVerdict {
    too_early, ///< the first look, or one that was disturbed: nothing to compare
    good,
    unstable,
};

/// By how much the two may differ from one look to the next: Linux's WATCHDOG_THRESHOLD.
inline constexpr u64 watch_threshold = 1'000'000'000 >> 4;
/// Readings are of one moment if the reference moves by no more than this around the other: a virtual CPU may lose its
/// processor at any point.
inline constexpr u64 longest_watch_reading = 1'000'000;

/// Looks at what passed by either since the last look.
WatchVerdict watch(ClockSource& watched, const ClockSource& reference);

} // namespace kernel::time
