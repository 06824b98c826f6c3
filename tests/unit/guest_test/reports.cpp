#include "vmm/guest_test/report.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace vitrine::guest_test {
namespace {

using namespace std::chrono_literals;

const Result passed{.verdict = Verdict::passed, .reason = {}, .log = {}, .time = 12ms};
const Result skipped{.verdict = Verdict::skipped, .reason = "needs KVM", .log = {}};
const Result failed{.verdict = Verdict::failed, .reason = "status is <3>", .log = "a\n\x1b[1mb & c\n", .time = 1500ms};

TEST(Tap, HasOneLineATestAndTheLogAsComments)
{
    EXPECT_EQ(tap_plan(3), "TAP version 13\n1..3\n");
    EXPECT_EQ(tap_line(1, "x", passed), "ok 1 - x # 12 ms\n");
    EXPECT_EQ(tap_line(2, "y", skipped), "ok 2 - y # SKIP needs KVM\n");
    EXPECT_EQ(tap_line(3, "z", failed), "not ok 3 - z # 1500 ms\n# status is <3>\n# a\n# \x1b[1mb & c\n");
}

TEST(Tap, SumsUpRepetitions)
{
    Result repeated = passed;
    repeated.runs = 4;
    repeated.time = 400ms;
    repeated.slowest = 130ms;

    EXPECT_EQ(tap_line(1, "x", repeated), "ok 1 - x # 4 runs, 100 ms each, slowest 130 ms\n");
    EXPECT_EQ(tap_summary({{"x", repeated}, {"y", skipped}, {"z", failed}}, 2500ms),
              "# 3 tests, 6 runs: 1 passed, 1 failed, 1 skipped, in 2.5 s\n");
}

TEST(Junit, CountsAndEscapes)
{
    const std::string xml = junit_report({{"x", passed}, {"y\"", skipped}, {"z", failed}});

    EXPECT_THAT(xml, testing::HasSubstr("tests=\"3\" failures=\"1\" skipped=\"1\" time=\"1.512\""));
    EXPECT_THAT(xml, testing::HasSubstr("name=\"x\" time=\"0.012\"/>"));
    EXPECT_THAT(xml, testing::HasSubstr("name=\"y&quot;\""));
    EXPECT_THAT(xml, testing::HasSubstr("<skipped message=\"needs KVM\"/>"));
    EXPECT_THAT(xml, testing::HasSubstr("<failure message=\"status is &lt;3&gt;\">a\n?[1mb &amp; c\n</failure>"));
}

} // namespace
} // namespace vitrine::guest_test
