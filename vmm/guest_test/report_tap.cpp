#include "vmm/guest_test/report.hpp"

#include <fmt/format.h>

#include <algorithm>
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

std::string describe_time(const Result& result)
{
    if (result.runs <= 1)
        return fmt::format("{} ms", result.time.count());
    return fmt::format("{} runs, {} ms each, slowest {} ms", result.runs,
                       result.time.count() / static_cast<std::chrono::milliseconds::rep>(result.runs),
                       result.slowest.count());
}

} // namespace

std::string tap_plan(std::size_t tests) { return fmt::format("TAP version 13\n1..{}\n", tests); }

std::string tap_line(std::size_t number, const std::string& name, const Result& result)
{
    const std::string time = describe_time(result);
    switch (result.verdict) {
    case Verdict::passed: return fmt::format("ok {} - {} # {}\n", number, name, time);
    case Verdict::skipped: return fmt::format("ok {} - {} # SKIP {}\n", number, name, result.reason);
    case Verdict::failed: break;
    }
    return fmt::format("not ok {} - {} # {}\n{}{}", number, name, time, commented(result.reason),
                       commented(result.log));
}

std::string tap_bail_out(const std::string& failed)
{
    return fmt::format("Bail out! {} failed; --keep-going would run the rest\n", failed);
}

std::string tap_summary(const std::vector<NamedResult>& results, std::chrono::milliseconds took)
{
    const auto count = [&](Verdict verdict) {
        return std::count_if(results.begin(), results.end(),
                             [&](const NamedResult& test) { return test.result.verdict == verdict; });
    };
    std::size_t runs = 0;
    for (const NamedResult& test : results)
        runs += test.result.runs;
    return fmt::format("# {} tests, {} runs: {} passed, {} failed, {} skipped, in {:.1f} s\n", results.size(), runs,
                       count(Verdict::passed), count(Verdict::failed), count(Verdict::skipped),
                       std::chrono::duration<double>{took}.count());
}

} // namespace vitrine::guest_test
