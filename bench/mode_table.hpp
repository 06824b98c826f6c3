#pragma once

#include "bench/comparison.hpp"

#include <string>
#include <vector>

namespace bench {

enum class Better { less, more };

/// What is to be reached; 0: nothing in particular.
struct ModeTarget {
    double limit = 0;       ///< by ring3, in the row's unit
    double times = 0;       ///< by ring3, better than ring0
    double ring0_limit = 0; ///< by ring0
};

/// How many targets were met, and how many were not.
struct Verdicts {
    unsigned met = 0;
    unsigned missed = 0;
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
Verdicts print_modes(const std::string& title, const std::vector<ModeRow>& rows);

} // namespace bench
