#include "vmm/guest_test/report.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace vitrine::guest_test {
namespace {

/// Text as XML 1.0 can hold it: no control characters but tab and line breaks.
std::string escaped(const std::string& text)
{
    std::string out;
    for (const char c : text) {
        switch (c) {
        case '&': out += "&amp;"; break;
        case '<': out += "&lt;"; break;
        case '>': out += "&gt;"; break;
        case '"': out += "&quot;"; break;
        case '\t':
        case '\n': out += c; break;
        default: out += static_cast<unsigned char>(c) < 0x20 ? '?' : c;
        }
    }
    return out;
}

std::string test_case(const NamedResult& test)
{
    const auto& [name, result] = test;
    const std::string open = fmt::format("  <testcase classname=\"guest\" name=\"{}\" time=\"{:.3f}\"", escaped(name),
                                         std::chrono::duration<double>{result.time}.count());
    switch (result.verdict) {
    case Verdict::passed: return open + "/>\n";
    case Verdict::skipped:
        return fmt::format("{}>\n    <skipped message=\"{}\"/>\n  </testcase>\n", open, escaped(result.reason));
    case Verdict::failed: break;
    }
    return fmt::format("{}>\n    <failure message=\"{}\">{}</failure>\n  </testcase>\n", open, escaped(result.reason),
                       escaped(result.log));
}

} // namespace

std::string junit_report(const std::vector<NamedResult>& results)
{
    const auto count = [&](Verdict verdict) {
        return std::count_if(results.begin(), results.end(),
                             [&](const NamedResult& test) { return test.result.verdict == verdict; });
    };
    std::chrono::milliseconds time{};
    std::string cases;
    for (const NamedResult& test : results) {
        time += test.result.time;
        cases += test_case(test);
    }
    return fmt::format("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
                       "<testsuite name=\"vitrine\" tests=\"{}\" failures=\"{}\" skipped=\"{}\" time=\"{:.3f}\">\n"
                       "{}</testsuite>\n",
                       results.size(), count(Verdict::failed), count(Verdict::skipped),
                       std::chrono::duration<double>{time}.count(), cases);
}

} // namespace vitrine::guest_test
