#pragma once

#include <cstdint>
#include <limits>
#include <string>

namespace vitrine::guest_test {

/// How many of something are right.
struct Bounds {
    std::uint64_t min = 0;
    std::uint64_t max = std::numeric_limits<std::uint64_t>::max();

    bool contain(std::uint64_t value) const { return min <= value && value <= max; }

    /// "at least 4", "at most 1", "exactly 2", "2 to 4".
    std::string describe() const;
};

} // namespace vitrine::guest_test
