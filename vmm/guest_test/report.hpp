#pragma once

#include "vmm/guest_test/result.hpp"

#include <cstddef>
#include <string>
#include <vector>

namespace vitrine::guest_test {

/// The Test Anything Protocol, version 13 (testanything.org): the first line, and a test's lines.
std::string tap_plan(std::size_t tests);
std::string tap_line(std::size_t number, const std::string& name, const Result& result);

struct NamedResult {
    std::string name;
    Result result;
};

/// JUnit's XML, as continuous integration reads it.
std::string junit_report(const std::vector<NamedResult>& results);

} // namespace vitrine::guest_test
