#include "vmm/guest_test/run_all.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>
#include <cstdio>
#include <unistd.h>
#include <vector>

namespace vitrine::guest_test {
namespace {

struct Finished {
    std::size_t index;
    Result result;
};

std::vector<Finished> results_of(std::size_t count, unsigned jobs, const std::function<Result(std::size_t)>& run)
{
    std::vector<Finished> finished;
    run_all(count, jobs, run, [&](std::size_t i, const Result& result) {
        finished.push_back({i, result});
        return true;
    });
    return finished;
}

TEST(RunAll, RunsEachTestOnceWhateverTheJobs)
{
    for (const unsigned jobs : {1U, 3U, 16U}) {
        const auto finished = results_of(10, jobs, [](std::size_t i) {
            return Result{
                .verdict = i % 2 == 0 ? Verdict::passed : Verdict::skipped, .reason = std::to_string(i), .log = {}};
        });

        ASSERT_EQ(finished.size(), 10U);
        for (std::size_t i = 0; i < finished.size(); ++i) {
            EXPECT_EQ(finished[i].index, i);
            EXPECT_EQ(finished[i].result.reason, std::to_string(i));
        }
    }
}

TEST(RunAll, RunsTestsBesideEachOtherAndReportsThemInOrder)
{
    int ends[2];
    ASSERT_EQ(::pipe(ends), 0);

    const auto finished = results_of(2, 2, [&](std::size_t i) {
        char byte = 'x'; // test 0 cannot end before test 1 has run
        const bool well = i == 0 ? ::read(ends[0], &byte, 1) == 1 : ::write(ends[1], &byte, 1) == 1;
        return Result{.verdict = well ? Verdict::passed : Verdict::failed, .reason = {}, .log = {}};
    });
    ::close(ends[0]);
    ::close(ends[1]);

    EXPECT_EQ(finished.at(0).index, 0U);
    EXPECT_EQ(finished.at(0).result.verdict, Verdict::passed);
    EXPECT_EQ(finished.at(1).result.verdict, Verdict::passed);
}

TEST(RunAll, MakesACrashThatTestsFailureAlone)
{
    const auto finished = results_of(3, 3, [](std::size_t i) {
        if (i == 1) {
            std::fputs("last words\n", stderr);
            ::signal(SIGABRT, SIG_DFL);
            ::raise(SIGABRT);
        }
        return Result{.verdict = Verdict::passed, .reason = {}, .log = {}};
    });

    EXPECT_EQ(finished[0].result.verdict, Verdict::passed);
    EXPECT_EQ(finished[1].result.verdict, Verdict::failed);
    EXPECT_EQ(finished[1].result.reason, "vitrine crashed: Aborted");
    EXPECT_THAT(finished[1].result.log, testing::HasSubstr("last words"));
    EXPECT_EQ(finished[2].result.verdict, Verdict::passed);
}

TEST(RunAll, EndsEarlyWhenToldTo)
{
    std::vector<std::size_t> finished;

    run_all(
        3, 3,
        [](std::size_t i) {
            if (i > 0)
                ::pause(); // until it is killed
            return Result{};
        },
        [&](std::size_t i, const Result&) {
            finished.push_back(i);
            return false;
        });

    EXPECT_EQ(finished, std::vector<std::size_t>{0});
}

TEST(RunAll, TellsAHangByItsAlarm)
{
    const auto finished = results_of(1, 1, [](std::size_t) {
        ::raise(SIGALRM);
        return Result{};
    });

    EXPECT_EQ(finished[0].result.reason, "vitrine itself hung");
}

TEST(RunAll, CarriesALogOfAMegabyteAndBytesThatAreNoText)
{
    const auto finished = results_of(1, 1, [](std::size_t) {
        return Result{.verdict = Verdict::failed, .reason = "\xff", .log = std::string(1 << 20, 'x')};
    });

    EXPECT_EQ(finished[0].result.log.size(), std::size_t{1 << 20});
    EXPECT_EQ(finished[0].result.verdict, Verdict::failed);
}

TEST(RunAll, DoesNothingWithoutTests) { EXPECT_TRUE(results_of(0, 4, {}).empty()); }

} // namespace
} // namespace vitrine::guest_test
