#pragma once

#include "vmm/observe/trace_record.hpp"

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace vitrine {

/// What a run's trace came to.
struct TraceSummary {
    std::map<std::string, std::uint64_t> counts; ///< records by event name; every event is there
    std::vector<TraceLosses> losses;             ///< by vCPU; empty when nothing was traced
    std::vector<std::string> complaints;         ///< corrupt rings, an incomplete file: for a person
    std::string boot_chart;                      ///< several lines; empty when nothing was traced
};

} // namespace vitrine
