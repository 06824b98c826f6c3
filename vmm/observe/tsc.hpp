#pragma once

#include <chrono>
#include <cstdint>
#include <x86intrin.h>

namespace vitrine {

/// The host's time-stamp counter: a few nanoseconds to read, in cycles of a constant rate.
inline std::uint64_t read_tsc() { return __rdtsc(); }

/// How long a cycle takes. Found by comparing two points of time far apart, so it needs no calibration loop.
class TscClock {
public:
    using Clock = std::chrono::steady_clock;

    /// Takes the first point.
    TscClock() : first_time_{Clock::now()}, first_cycles_{read_tsc()} {}

    std::chrono::nanoseconds elapsed() const { return Clock::now() - first_time_; }

    /// Nanoseconds a cycle, from the first point to now. Good to 0.1 % after a tenth of a millisecond.
    double nanoseconds_per_cycle() const
    {
        const auto time = std::chrono::duration<double, std::nano>{Clock::now() - first_time_};
        const std::uint64_t cycles = read_tsc() - first_cycles_;
        return cycles == 0 ? 0.0 : time.count() / static_cast<double>(cycles);
    }

private:
    Clock::time_point first_time_;
    std::uint64_t first_cycles_;
};

} // namespace vitrine
