#pragma once

#include <cstdint>

namespace vitrine {

/// TSC ticks as nanoseconds; 0 when the frequency is not known. Exact to the nanosecond for years.
constexpr std::uint64_t tsc_to_nanoseconds(std::uint64_t ticks, std::uint64_t tsc_khz)
{
    constexpr std::uint64_t nanoseconds_in_millisecond = 1'000'000;
    if (tsc_khz == 0)
        return 0;
    return ticks / tsc_khz * nanoseconds_in_millisecond + ticks % tsc_khz * nanoseconds_in_millisecond / tsc_khz;
}

} // namespace vitrine
