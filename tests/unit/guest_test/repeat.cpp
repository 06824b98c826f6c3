#include "vmm/guest_test/repeat.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>

namespace vitrine::guest_test {
namespace {

namespace fs = std::filesystem;

const Result passed{.verdict = Verdict::passed, .reason = {}, .log = {}};
const Result failed{.verdict = Verdict::failed, .reason = "why", .log = "the console\n"};

class Repeat : public testing::Test {
protected:
    Repeat()
    {
        std::string pattern = testing::TempDir() + "vitrine_repeat_XXXXXX";
        folder_ = ::mkdtemp(pattern.data());
    }
    ~Repeat() override { fs::remove_all(folder_); }

    /// What the tests a and b come to; each run traces its seed.
    bool run(RepeatOptions options, const std::function<Result(const TestRun&)>& result)
    {
        options.keep = folder_ / "kept";
        const auto traced = [&](const TestRun& run) {
            std::ofstream{run.trace} << run.seed;
            return result(run);
        };
        return run_repeatedly({"a", "f/b"}, options, traced,
                              [&](std::size_t test, const Result& sum) { results_[test] = sum; });
    }

    std::vector<std::string> kept() const
    {
        std::vector<std::string> names;
        if (fs::exists(folder_ / "kept")) {
            for (const auto& entry : fs::directory_iterator{folder_ / "kept"})
                names.push_back(entry.path().filename());
        }
        return names;
    }

    std::map<std::size_t, Result> results_;

private:
    fs::path folder_;
};

TEST_F(Repeat, PassesWhatAlwaysPasses)
{
    EXPECT_TRUE(run({.times = 3, .jobs = 2, .keep = {}}, [](const TestRun&) { return passed; }));

    ASSERT_EQ(results_.size(), 2U);
    EXPECT_EQ(results_[1].verdict, Verdict::passed);
    EXPECT_EQ(results_[1].runs, 3U);
    EXPECT_TRUE(kept().empty());
}

TEST_F(Repeat, StopsAtTheFirstFailureAndKeepsWhatItShowed)
{
    EXPECT_FALSE(run({.times = 5, .seed = 10, .jobs = 1, .keep = {}},
                     [](const TestRun& run) { return run.seed == 12 ? failed : passed; }));

    ASSERT_EQ(results_.size(), 1U);
    EXPECT_EQ(results_[0].reason, "run 3 of 5 (seed 12): why");
    EXPECT_EQ(results_[0].log, "the console\n");
    EXPECT_THAT(kept(), testing::UnorderedElementsAre("a.run3.log", "a.run3.vtrace"));
}

TEST_F(Repeat, CountsFailuresWhenToldToKeepGoing)
{
    EXPECT_TRUE(run({.times = 4, .jobs = 3, .keep_going = true, .keep = {}},
                    [](const TestRun& run) { return run.test == 1 && run.seed % 2 == 0 ? failed : passed; }));

    EXPECT_EQ(results_[0].verdict, Verdict::passed);
    EXPECT_EQ(results_[1].verdict, Verdict::failed);
    EXPECT_EQ(results_[1].runs, 4U);
    EXPECT_EQ(results_[1].reason, "2 runs failed; run 2 of 4 (seed 2): why");
    EXPECT_THAT(kept(),
                testing::UnorderedElementsAre("f.b.run2.log", "f.b.run2.vtrace", "f.b.run4.log", "f.b.run4.vtrace"));
}

TEST_F(Repeat, TellsWhatWasSkipped)
{
    run({.times = 2, .jobs = 1, .keep = {}},
        [](const TestRun&) { return Result{.verdict = Verdict::skipped, .reason = "needs more", .log = {}}; });

    EXPECT_EQ(results_[0].verdict, Verdict::skipped);
    EXPECT_EQ(results_[0].reason, "needs more");
}

} // namespace
} // namespace vitrine::guest_test
