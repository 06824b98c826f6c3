#pragma once

#include "vmm/guest_test/guest_test.hpp"
#include "vmm/guest_test/match_in_order.hpp"
#include "vmm/guest_test/result.hpp"
#include "vmm/observe/exit_statistics.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>

namespace vitrine::guest_test {

/// What a run showed.
struct Observations {
    Outcome outcome;
    ExitStatistics exits;
    std::map<std::string, std::uint64_t> trace; ///< records by event
};

/// Compares what a run showed with what the test expects of it.
Result judge(const GuestTest& test, const MatchInOrder& console, const Observations& seen);

/// The same for a machine that did not come to run, with the message that said why.
Result judge_error(const GuestTest& test, const std::string& message);

} // namespace vitrine::guest_test
