#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace vitrine::doctor {

enum class Verdict {
    good,
    note,    ///< worth knowing; nothing is wrong
    problem, ///< guests cannot run, or not as they should
};

/// One thing that `vitrine doctor` looked at.
struct Finding {
    std::string topic; ///< findings of a topic are shown together
    std::string name;  ///< what was looked at
    Verdict verdict = Verdict::good;
    std::string value;  ///< what was found, in words
    std::string advice; ///< what to do about it; for a note, what it means. May be empty
    /// What was measured, for programs; `unit` as in the name of an SI unit, or `cycles`.
    struct Measure {
        double value;
        std::string unit;
    };
    std::optional<Measure> measure{};
};

using Findings = std::vector<Finding>;

} // namespace vitrine::doctor
