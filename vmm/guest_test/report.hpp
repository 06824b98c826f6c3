#pragma once

#include "vmm/guest_test/result.hpp"

#include <chrono>
#include <cstddef>
#include <string>
#include <vector>

namespace vitrine::guest_test {

struct NamedResult {
    std::string name;
    Result result;
};

/// The Test Anything Protocol, version 13 (testanything.org): the first line, a test's lines, the line that says that
/// the tests which remain are not run, and a comment that sums up.
std::string tap_plan(std::size_t tests);
std::string tap_line(std::size_t number, const std::string& name, const Result& result);
std::string tap_bail_out(const std::string& failed);
std::string tap_summary(const std::vector<NamedResult>& results, std::chrono::milliseconds took);

/// JUnit's XML, as continuous integration reads it.
std::string junit_report(const std::vector<NamedResult>& results);

} // namespace vitrine::guest_test
