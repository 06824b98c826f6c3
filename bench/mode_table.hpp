#pragma once

#include "bench/comparison.hpp"

#include <string>
#include <vector>

namespace bench {

enum class Better { less, more };

/// What ring3 is to reach; 0: nothing in particular.
struct ModeTarget {
    double limit = 0; ///< in the row's unit
    double times = 0; ///< better than ring0
};

/// One number in both privilege models.
struct ModeRow {
    std::string name;
    std::string unit;
    Better better = Better::less;
    ModeTarget target{};
    Samples ring0{};
    Samples ring3{};
};

/// Prints medians beside each other: how much better ring3 is, and whether that is enough. A model without samples is a
/// dash.
void print_modes(const std::string& title, const std::vector<ModeRow>& rows);

} // namespace bench
