#include "kernel/time/clock_event.hpp"
#include "kernel/time/clock_source.hpp"
#include "kernel/time/clock_watchdog.hpp"

#include <gtest/gtest.h>

#include <random>

namespace {

using kernel::time::ClockEventDevice;
using kernel::time::ClockSource;
using kernel::time::ClockSources;
using kernel::time::MultShift;
using kernel::time::WatchVerdict;

constexpr std::uint64_t giga = 1'000'000'000;

TEST(MultShift, IsExactToTheLastOfItsBits)
{
    std::mt19937_64 random{20260725};
    for (unsigned step = 0; step < 100'000; ++step) {
        const std::uint64_t from = 1000 + random() % (5 * giga);
        const MultShift ratio = MultShift::between(from, giga);
        const std::uint64_t value = random() >> random() % 48;

        const double expected = static_cast<double>(value) / static_cast<double>(from) * 1e9;
        if (expected > 1e19)
            continue; // does not fit the result

        ASSERT_NEAR(static_cast<double>(ratio.apply(value)), expected, expected * 1e-9 + 1) << from << " " << value;
    }
}

TEST(MultShift, TakesEveryRatioOfTwoFrequencies)
{
    EXPECT_EQ(MultShift::between(giga, giga).apply(12'345), 12'345);
    EXPECT_EQ(MultShift::between(1, giga).apply(3), 3 * giga);
    EXPECT_NEAR(static_cast<double>(MultShift::between(giga, 1).apply(30 * giga)), 30, 1);
    EXPECT_EQ(MultShift::between(1, 1ULL << 40).mult, ~0U) << "as much as there is";
}

TEST(MultShift, HasRoomForTheLargestCounters)
{
    const MultShift ratio = MultShift::between(3 * giga, giga);

    EXPECT_NEAR(static_cast<double>(ratio.apply(~0ULL)), 18446744073709551615.0 / 3, 1e10);
}

TEST(ClockEventDevice, CutsWhatIsTooLongAndNeverMissesWhatIsTooShort)
{
    const ClockEventDevice device{.name = "device",
                                  .from_nanoseconds = MultShift::between(giga, 24'000'000),
                                  .min_ticks = 5,
                                  .max_ticks = 1'000'000};

    EXPECT_EQ(device.ticks_for(0), 5);
    EXPECT_GE(device.ticks_for(1000), 24);
    EXPECT_LE(device.ticks_for(1000), 25) << "rounded up";
    EXPECT_EQ(device.ticks_for(~0ULL), 1'000'000);
}

TEST(ClockSources, ChoosesTheBestRated)
{
    ClockSource good{.name = "good", .rating = 300};
    ClockSource better{.name = "better", .rating = 400};
    ClockSources sources;
    EXPECT_EQ(sources.best(), nullptr);

    sources.add(good);
    sources.add(better);
    EXPECT_EQ(sources.best(), &better);

    sources.remove(better);
    EXPECT_EQ(sources.best(), &good);
}

TEST(ClockSources, TakesAnUnstableOneOnlyIfThereIsNoOther)
{
    ClockSource poor{.name = "poor", .rating = 100};
    ClockSource broken{.name = "broken", .rating = 400, .unstable = true};
    ClockSources sources;
    sources.add(broken);
    EXPECT_EQ(sources.best(), &broken);

    sources.add(poor);
    EXPECT_EQ(sources.best(), &poor);
}

TEST(ClockSources, ChecksAgainstTheBestThatNeedsNoCheck)
{
    ClockSource watched{.name = "watched", .rating = 300, .must_verify = true};
    ClockSource trusted{.name = "trusted", .rating = 200};
    ClockSources sources;
    sources.add(watched);
    EXPECT_EQ(sources.reference(), nullptr);

    sources.add(trusted);
    EXPECT_EQ(sources.reference(), &trusted);
    EXPECT_EQ(sources.best(), &watched);
}

TEST(ClockSources, HasAnEnd)
{
    ClockSource source{.name = "source"};
    ClockSources sources;
    unsigned added = 0;
    while (sources.add(source))
        ++added;

    EXPECT_EQ(added, 8);
}

std::uint64_t reference_now = 0;
std::uint64_t watched_now = 0;
std::uint64_t delay_of_a_reading = 0;

class ClockWatchdog : public testing::Test {
protected:
    ClockWatchdog()
    {
        reference_now = watched_now = 1000;
        delay_of_a_reading = 0;
    }

    ClockSource reference{.name = "reference", .read = [] { return reference_now; }};
    ClockSource watched{.name = "watched", .read = [] {
                            reference_now += delay_of_a_reading;
                            return watched_now;
                        }};
};

TEST_F(ClockWatchdog, IsContentWithClocksThatAgree)
{
    EXPECT_EQ(watch(watched, reference), WatchVerdict::too_early);
    for (unsigned look = 0; look < 10; ++look) {
        reference_now += giga / 2;
        watched_now += giga / 2 + 1000;
        EXPECT_EQ(watch(watched, reference), WatchVerdict::good);
    }
}

TEST_F(ClockWatchdog, FindsOneThatIsTooFastOrTooSlow)
{
    watch(watched, reference);
    reference_now += giga / 2;
    watched_now += giga;
    EXPECT_EQ(watch(watched, reference), WatchVerdict::unstable);

    reference_now += giga / 2;
    watched_now += giga / 10;
    EXPECT_EQ(watch(watched, reference), WatchVerdict::unstable);
}

TEST_F(ClockWatchdog, DoesNotJudgeByALookThatWasInterrupted)
{
    watch(watched, reference);
    delay_of_a_reading = kernel::time::longest_watch_reading * 100;
    watched_now += giga;
    EXPECT_EQ(watch(watched, reference), WatchVerdict::too_early);

    delay_of_a_reading = 0;
    EXPECT_EQ(watch(watched, reference), WatchVerdict::too_early) << "it begins anew";
    reference_now += giga;
    watched_now += giga;
    EXPECT_EQ(watch(watched, reference), WatchVerdict::good);
}

TEST_F(ClockWatchdog, BeginsAnewWithAnotherReference)
{
    ClockSource other{.name = "other", .read = [] { return reference_now * 7; }};
    watch(watched, reference);
    reference_now += giga;
    watched_now += giga;

    EXPECT_EQ(watch(watched, other), WatchVerdict::too_early);
}

} // namespace
