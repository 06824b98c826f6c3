#include "kernel/time/clock_watchdog.hpp"

#include <algorithm>
#include <utility>

namespace kernel::time {

WatchVerdict watch(ClockSource& watched, const ClockSource& reference)
{
    const auto nanoseconds = [](const ClockSource& source, u64 since, u64 now) {
        return source.to_nanoseconds.apply(source.elapsed(since, now));
    };
    ClockSource::Watch& last = watched.watch;
    constexpr unsigned attempts = 4;
    for (unsigned attempt = 0; attempt < attempts; ++attempt) {
        const u64 before = reference.read();
        const u64 now = watched.read();
        if (nanoseconds(reference, before, reference.read()) > longest_watch_reading)
            continue;
        const u64 by_own = nanoseconds(watched, std::exchange(last.own, now), now);
        const u64 by_reference = nanoseconds(reference, std::exchange(last.reference, before), before);
        if (std::exchange(last.against, &reference) != &reference)
            return WatchVerdict::too_early;
        const u64 difference = std::max(by_own, by_reference) - std::min(by_own, by_reference);
        return difference > watch_threshold ? WatchVerdict::unstable : WatchVerdict::good;
    }
    last.against = nullptr; // where it was at an unknown moment says nothing the next time
    return WatchVerdict::too_early;
}

} // namespace kernel::time
