#pragma once

#include "lib/types.hpp"

namespace kernel::time {

/// A ratio of two frequencies as processors like it: value * mult >> shift.
struct MultShift {
    u32 mult = 1;
    u32 shift = 0;

    /// From counts at `from` hertz to counts at `to` hertz, as exact as 32 bits of mult can be. `from` is not 0; both
    /// are below 2^62. A ratio of 2^32 or more saturates.
    static constexpr MultShift between(u64 from, u64 to)
    {
        const auto room = static_cast<u32>(__builtin_clzll(to | 1)) - 1; // one bit is left for the rounding
        for (u32 shift = room;; --shift) {
            const u64 mult = ((to << shift) + from / 2) / from;
            if (mult <= ~u32{0})
                return {static_cast<u32>(mult), shift};
            if (shift == 0)
                return {~u32{0}, 0};
        }
    }

    /// Nothing overflows in between, for the product has 128 bits; a result that has no room in 64 wraps.
    constexpr u64 apply(u64 value) const { return static_cast<u64>(u128{value} * mult >> shift); }
};

} // namespace kernel::time
