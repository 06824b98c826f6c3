#include "vmm/guest_test/report.hpp"

#include <fmt/format.h>

#include <sstream>

namespace vitrine::guest_test {
namespace {

/// Each line as a comment.
std::string commented(const std::string& text)
{
    std::string out;
    std::istringstream lines{text};
    for (std::string line; std::getline(lines, line);)
        out += fmt::format("# {}\n", line);
    return out;
}

} // namespace

std::string tap_plan(std::size_t tests) { return fmt::format("TAP version 13\n1..{}\n", tests); }

std::string tap_line(std::size_t number, const std::string& name, const Result& result)
{
    const auto time = result.time.count();
    switch (result.verdict) {
    case Verdict::passed: return fmt::format("ok {} - {} # {} ms\n", number, name, time);
    case Verdict::skipped: return fmt::format("ok {} - {} # SKIP {}\n", number, name, result.reason);
    case Verdict::failed: break;
    }
    return fmt::format("not ok {} - {} # {} ms\n{}{}", number, name, time, commented(result.reason),
                       commented(result.log));
}

} // namespace vitrine::guest_test
