#include "vmm/guest_test/judge.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace vitrine::guest_test {
namespace {

using testing::HasSubstr;

/// A test that expects nothing but status 0, and a run that gave it.
class JudgeTest : public testing::Test {
protected:
    JudgeTest()
    {
        test_.status = 0;
        seen_.outcome.ending = Ending::guest_exit;
        console_.append("all is well\n");
    }

    Result judged() const { return judge(test_, console_, seen_); }

    GuestTest test_;
    Observations seen_;
    MatchInOrder console_{{}};
};

TEST_F(JudgeTest, PassesWhatIsAsExpected) { EXPECT_EQ(judged().verdict, Verdict::passed); }

TEST_F(JudgeTest, FailsAnotherStatus)
{
    seen_.outcome.status = 3;

    EXPECT_EQ(judged().verdict, Verdict::failed);
    EXPECT_EQ(judged().reason, "status is 3 instead of 0");
    EXPECT_THAT(judged().log, HasSubstr("all is well"));
}

TEST_F(JudgeTest, FailsAnotherEndingAndShowsTheDeathReport)
{
    test_.status.reset();
    seen_.outcome = {.ending = Ending::triple_fault, .status = 125, .reason = "no IDT", .report = "rip 0x1000"};

    EXPECT_EQ(judged().reason, "ended by triple fault (no IDT) instead of guest exit");
    EXPECT_THAT(judged().log, HasSubstr("rip 0x1000"));
}

TEST_F(JudgeTest, FailsAnIncompleteConsole)
{
    MatchInOrder console{{{.text = "all"}, {.text = "good"}}};
    console.append("all is well\n");

    const Result result = judge(test_, console, seen_);

    EXPECT_EQ(result.verdict, Verdict::failed);
    EXPECT_THAT(result.log, HasSubstr("not found after it: \"good\""));
}

TEST_F(JudgeTest, FailsWhatMustNeverBeOnTheConsole)
{
    test_.console_never = {{.text = "panic"}, {.text = "w.ll", .is_regex = true}};

    EXPECT_EQ(judged().reason, "/w.ll/ is on the console");
}

TEST_F(JudgeTest, ComparesTheWholeConsole)
{
    MatchInOrder console{{}};
    console.append("all is well\r\n");
    test_.console_equals = "all is well\n";
    EXPECT_EQ(judge(test_, console, seen_).verdict, Verdict::passed);

    test_.console_equals = "all is well\nand good\n";
    const Result result = judge(test_, console, seen_);
    EXPECT_EQ(result.reason, "the console differs from what it should be");
    EXPECT_THAT(result.log, HasSubstr("- and good"));
}

TEST_F(JudgeTest, LooksForPatternsInTheDeathReport)
{
    seen_.outcome.report = "triple fault\nrip 0x1000\n";
    test_.report = {{.text = "triple"}, {.text = "0x1000"}};
    EXPECT_EQ(judged().verdict, Verdict::passed);

    test_.report = {{.text = "0x1000"}, {.text = "triple"}};
    EXPECT_EQ(judged().verdict, Verdict::failed);
}

TEST_F(JudgeTest, BoundsExitCountsByReasonAndDetail)
{
    const auto row = [](std::string reason, std::string detail, std::uint64_t count) {
        ExitRow made;
        made.reason = std::move(reason);
        made.detail = std::move(detail);
        made.root.count = count;
        return made;
    };
    seen_.exits.rows = {row("io", "out 0x3f8 serial", 5), row("io", "in 0x3fd serial", 2), row("hlt", "", 1)};

    test_.exits = {
        {"total", {8, 8}}, {"io", {7, 7}}, {"io out 0x3f8", {5, 5}}, {"io serial", {7, 7}}, {"mmio", {0, 0}}};
    EXPECT_EQ(judged().verdict, Verdict::passed) << judged().reason;

    test_.exits = {{"io out 0x3f8", {.max = 4}}};
    EXPECT_EQ(judged().reason, "5 exits of \"io out 0x3f8\" instead of at most 4");
    test_.exits = {{"hlt", {.min = 2}}};
    EXPECT_EQ(judged().reason, "1 exits of \"hlt\" instead of at least 2");
}

TEST_F(JudgeTest, BoundsTraceCounts)
{
    seen_.trace = {{"sched_switch", 3}};

    test_.trace = {{"sched_switch", {3, 3}}};
    EXPECT_EQ(judged().verdict, Verdict::passed);
    test_.trace = {{"page_fault", {.min = 1}}};
    EXPECT_EQ(judged().reason, "0 trace records of \"page_fault\" instead of at least 1");
}

TEST_F(JudgeTest, FailsALeakThatTheTestDoesNotExpect)
{
    console_.append("memory leak: init: 3 x kmalloc-64, 1 pages\nbye\n");
    EXPECT_EQ(judged().reason, "memory is not given back: init: 3 x kmalloc-64, 1 pages");
}

TEST_F(JudgeTest, FailsALeakThatDoesNotComeAsExpected)
{
    test_.leaks = {{.text = "one: 1 x kmalloc-16"}, {.text = "^two", .is_regex = true}};
    EXPECT_EQ(judged().reason, "the memory leaks differ from what the test expects");

    console_.append("memory leak: one: 1 x kmalloc-16\n[    1.234567] memory leak: two: 2 pages\n");
    EXPECT_EQ(judged().verdict, Verdict::passed) << judged().log;
}

TEST(JudgeError, PassesTheErrorThatTheTestExpects)
{
    GuestTest test;
    test.error = {{.text = "/kernel"}, {.text = "no such file"}};

    EXPECT_EQ(judge_error(test, "a.json:1:1: error: /kernel: no such file").verdict, Verdict::passed);
    EXPECT_EQ(judge_error(test, "no such file").verdict, Verdict::failed);
}

TEST(JudgeError, FailsAnErrorThatTheTestDoesNotExpect)
{
    const Result result = judge_error(GuestTest{}, "out of memory");

    EXPECT_EQ(result.verdict, Verdict::failed);
    EXPECT_THAT(result.log, HasSubstr("out of memory"));
}

} // namespace
} // namespace vitrine::guest_test
