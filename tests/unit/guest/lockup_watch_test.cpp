#include "kernel/debug/lockup_watch.hpp"

#include <gtest/gtest.h>

namespace kernel::debug {
namespace {

TEST(LockupWatch, IsContentWithOnePassInEachInterval)
{
    LockupWatch watch;

    for (u32 passes = 1; passes < 100; ++passes)
        EXPECT_TRUE(watch.sample(passes).passes);
}

TEST(LockupWatch, ReportsAfterSoManyIntervalsAndThenAgain)
{
    LockupWatch watch;
    watch.sample(7);

    for (u32 interval = 1; interval <= 3 * LockupWatch::limit; ++interval) {
        const auto finding = watch.sample(7);
        EXPECT_FALSE(finding.passes);
        EXPECT_EQ(finding.intervals, interval);
        EXPECT_EQ(finding.report, interval % LockupWatch::limit == 0);
    }
}

TEST(LockupWatch, BeginsAnewWithEachPass)
{
    LockupWatch watch;

    for (u32 passes = 1; passes < 10; ++passes)
        for (u32 sample = 0; sample < LockupWatch::limit; ++sample)
            EXPECT_FALSE(watch.sample(passes).report);
}

TEST(LockupWatch, SeesPassesThatOverflow)
{
    LockupWatch watch;
    watch.sample(~0U);

    EXPECT_TRUE(watch.sample(0).passes);
}

TEST(SleepWatch, ReportsALongSleepOnce)
{
    SleepWatch watch;
    EXPECT_FALSE(watch.look(true, 5)); // it may have begun just now

    for (u32 interval = 1; interval <= 3 * SleepWatch::limit; ++interval)
        EXPECT_EQ(watch.look(true, 5), interval == SleepWatch::limit);
}

TEST(SleepWatch, ReportsTheNextSleepToo)
{
    SleepWatch watch;

    for (u64 switches = 0; switches < 3; ++switches) {
        unsigned reports = 0;
        for (u32 look = 0; look <= SleepWatch::limit; ++look)
            reports += watch.look(true, switches) ? 1 : 0;
        EXPECT_EQ(reports, 1U);
    }
}

TEST(SleepWatch, DoesNotMindManyShortSleeps)
{
    SleepWatch watch;

    for (u64 switches = 0; switches < 100; ++switches)
        EXPECT_FALSE(watch.look(true, switches));
}

TEST(SleepWatch, DoesNotMindWhatIsAwakeOrCanBeWoken)
{
    SleepWatch watch;

    for (u32 look = 0; look < 10 * SleepWatch::limit; ++look)
        EXPECT_FALSE(watch.look(look % SleepWatch::limit != 0, 1));
}

} // namespace
} // namespace kernel::debug
