#include "vmm/guest_test/judge.hpp"

#include "vmm/guest_test/difference.hpp"

#include <fmt/format.h>

#include <utility>
#include <vector>

namespace vitrine::guest_test {
namespace {

/// Exits that `key` means: `total`, a reason, or a reason and a part of its detail.
std::uint64_t count_exits(const ExitStatistics& statistics, const std::string& key)
{
    const std::size_t space = key.find(' ');
    const std::string reason = key.substr(0, space);
    const std::string detail = space == std::string::npos ? "" : key.substr(space + 1);
    std::uint64_t count = 0;
    for (const ExitRow& row : statistics.rows) {
        if (key == "total" || (row.reason == reason && row.detail.find(detail) != std::string::npos))
            count += row.root.count;
    }
    return count;
}

/// What stands behind `title` on each line that has it.
std::string reported_leaks(std::string_view console)
{
    constexpr std::string_view title = "memory leak: ";
    std::string leaks;
    for (auto at = console.find(title); at != std::string_view::npos; at = console.find(title, at)) {
        at += title.size();
        const auto line = console.substr(at, console.substr(at).find_first_of("\r\n"));
        leaks.append(line).append("\n");
    }
    return leaks;
}

std::string section(std::string_view title, std::string_view text)
{
    return fmt::format("---- {} ----\n{}{}", title, text, text.empty() || text.ends_with('\n') ? "" : "\n");
}

/// Gathers what is wrong; each check is a sentence.
class Judge {
public:
    Judge(const GuestTest& test, const MatchInOrder& console, const Observations& seen)
        : test_{test}, console_{console}, seen_{seen}
    {}

    Result verdict()
    {
        check_ending();
        check_console();
        check_report();
        check_leaks();
        check_exits();
        check_trace();
        if (failures_.empty())
            return {.verdict = Verdict::passed, .reason = {}, .log = {}};

        std::string log = difference_ + section("console", console_.explain());
        if (!seen_.outcome.report.empty())
            log += section("death report", report_.explain());
        return {.verdict = Verdict::failed, .reason = fmt::format("{}", fmt::join(failures_, "; ")), .log = log};
    }

private:
    template <typename... Arguments>
    void fail(fmt::format_string<Arguments...> format, Arguments&&... arguments)
    {
        failures_.push_back(fmt::format(format, std::forward<Arguments>(arguments)...));
    }

    void check_ending()
    {
        const Outcome& outcome = seen_.outcome;
        if (outcome.ending != test_.ending)
            fail("ended by {} ({}) instead of {}", to_string(outcome.ending), outcome.reason, to_string(test_.ending));
        if (test_.status && outcome.status != *test_.status)
            fail("status is {} instead of {}", outcome.status, *test_.status);
    }

    void check_console()
    {
        if (!console_.complete())
            fail("the console lacks what the test expects");
        for (const Pattern& never : test_.console_never) {
            if (never.find(console_.text(), 0))
                fail("{} is on the console", never.describe());
        }
        if (test_.console_equals && *test_.console_equals != console_.text()) {
            fail("the console differs from what it should be");
            difference_ = section("difference", describe_difference(*test_.console_equals, console_.text()));
        }
    }

    void check_report()
    {
        report_.append(seen_.outcome.report);
        if (!report_.complete())
            fail("the death report lacks what the test expects");
    }

    /// Of which the kernel has a line on the console.
    void check_leaks()
    {
        const std::string leaks = reported_leaks(console_.text());
        if (test_.leaks.empty() && !leaks.empty())
            return fail("memory is not given back: {}", leaks.substr(0, leaks.find('\n')));
        MatchInOrder match{test_.leaks};
        match.append(leaks);
        if (!match.complete()) {
            fail("the memory leaks differ from what the test expects");
            difference_ += section("leaks", match.explain());
        }
    }

    void check_exits()
    {
        for (const auto& [key, bounds] : test_.exits) {
            if (const auto count = count_exits(seen_.exits, key); !bounds.contain(count))
                fail("{} exits of \"{}\" instead of {}", count, key, bounds.describe());
        }
    }

    void check_trace()
    {
        for (const auto& [event, bounds] : test_.trace) {
            const auto found = seen_.trace.find(event);
            const std::uint64_t count = found == seen_.trace.end() ? 0 : found->second;
            if (!bounds.contain(count))
                fail("{} trace records of \"{}\" instead of {}", count, event, bounds.describe());
        }
    }

    const GuestTest& test_;
    const MatchInOrder& console_;
    const Observations& seen_;
    MatchInOrder report_{test_.report};
    std::string difference_;
    std::vector<std::string> failures_;
};

} // namespace

Result judge(const GuestTest& test, const MatchInOrder& console, const Observations& seen)
{
    return Judge{test, console, seen}.verdict();
}

Result judge_error(const GuestTest& test, const std::string& message)
{
    if (test.error.empty())
        return {
            .verdict = Verdict::failed, .reason = "the machine did not come to run", .log = section("error", message)};
    MatchInOrder match{test.error};
    match.append(message);
    if (match.complete())
        return {.verdict = Verdict::passed, .reason = {}, .log = {}};
    return {.verdict = Verdict::failed,
            .reason = "the error lacks what the test expects",
            .log = section("error", match.explain())};
}

} // namespace vitrine::guest_test
