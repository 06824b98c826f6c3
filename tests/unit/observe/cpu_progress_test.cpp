#include "vmm/observe/cpu_progress.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace vitrine {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

CpuSample at(std::chrono::milliseconds time)
{
    CpuSample sample;
    sample.time += 1h + time;
    sample.rip = 0x1000;
    return sample;
}

TEST(CpuProgress, KnowsNothingAfterOneSample)
{
    CpuProgress progress;

    progress.observe(at(0ms));

    EXPECT_EQ(progress.activity(), Activity::unknown);
}

TEST(CpuProgress, CallsALoopThatNothingReachesStuck)
{
    CpuProgress progress;

    progress.observe(at(0ms));
    for (const auto time : {10ms, 20ms, 30ms}) {
        CpuSample sample = at(time);
        sample.rip = 0x1000 + static_cast<std::uint64_t>(time.count());
        progress.observe(sample);
    }

    EXPECT_EQ(progress.activity(), Activity::stuck);
    EXPECT_EQ(progress.without_progress(), 30ms);
    EXPECT_THAT(progress.in_words(), HasSubstr("goes round between rip 0x1000 and 0x101e; interrupts are off"));
}

TEST(CpuProgress, SaysWhenRipDoesNotMoveAtAll)
{
    CpuProgress progress;

    progress.observe(at(0ms));
    progress.observe(at(500ms));

    EXPECT_THAT(progress.in_words(), HasSubstr("no progress for 500 ms: stands at rip 0x1000"));
}

TEST(CpuProgress, TakesAnyMovementForBusy)
{
    const auto after = [](auto change) {
        CpuProgress progress;
        progress.observe(at(0ms));
        CpuSample sample = at(10ms);
        change(sample);
        progress.observe(sample);
        EXPECT_EQ(progress.without_progress(), 0ms);
        return progress.activity();
    };

    EXPECT_EQ(after([](CpuSample& sample) { sample.exits = 1; }), Activity::busy);
    EXPECT_EQ(after([](CpuSample& sample) { sample.interrupts = 1; }), Activity::busy);
    EXPECT_EQ(after([](CpuSample& sample) { sample.faults = 1; }), Activity::busy);
    EXPECT_EQ(after([](CpuSample& sample) { sample.rip = 0x1100; }), Activity::busy);
}

TEST(CpuProgress, DoesNotMistakeIdleForStuck)
{
    CpuProgress progress;
    CpuSample sample = at(0ms);
    sample.halted = true;
    sample.interrupts_on = true;
    progress.observe(sample);

    sample.time += 1h;
    progress.observe(sample);

    EXPECT_EQ(progress.activity(), Activity::idle);
    EXPECT_EQ(progress.without_progress(), 0ms);
}

TEST(CpuProgress, KnowsAHaltThatNoInterruptEnds)
{
    CpuProgress progress;
    progress.observe(at(0ms));

    CpuSample sample = at(20ms);
    sample.halted = true;
    progress.observe(sample);

    EXPECT_EQ(progress.activity(), Activity::dead);
    EXPECT_THAT(progress.in_words(), HasSubstr("interrupts off"));
}

TEST(CpuProgress, LetsASecondaryWaitForItsStart)
{
    CpuProgress progress;
    CpuSample sample = at(0ms);
    sample.waiting = true;
    progress.observe(sample);
    progress.observe(sample);

    EXPECT_EQ(progress.activity(), Activity::idle);
    EXPECT_EQ(progress.in_words(), "waiting to be started");
}

} // namespace
} // namespace vitrine
