#include "kernel/time/timekeeper.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <random>
#include <thread>

namespace {

using kernel::time::ClockSource;
using kernel::time::MultShift;
using kernel::time::Timekeeper;

constexpr std::uint64_t giga = 1'000'000'000;

std::atomic<std::uint64_t> fast_counter; // of 3 GHz
std::atomic<std::uint64_t> slow_counter; // of 10 MHz

ClockSource fast_clock()
{
    return {.name = "fast",
            .read = [] { return fast_counter.load(); },
            .to_nanoseconds = MultShift::between(3 * giga, giga)};
}
ClockSource slow_clock(std::uint64_t mask = ~0ULL)
{
    return {.name = "slow",
            .read = [] { return slow_counter.load(); },
            .mask = mask,
            .to_nanoseconds = MultShift::between(10'000'000, giga)};
}

TEST(Timekeeper, StandsAtZeroWithoutASource)
{
    const Timekeeper keeper;

    EXPECT_EQ(keeper.monotonic(), 0);
}

TEST(Timekeeper, CountsFromItsFirstSourceOn)
{
    fast_counter = 777;
    const ClockSource clock = fast_clock();
    Timekeeper keeper;
    keeper.use(clock);
    const std::uint64_t start = keeper.monotonic();

    fast_counter += 3 * giga;

    EXPECT_NEAR(static_cast<double>(keeper.monotonic() - start), 1e9, 2);
}

TEST(Timekeeper, DoesNotOverflowInAHumanLife)
{
    fast_counter = 0;
    const ClockSource clock = fast_clock();
    Timekeeper keeper;
    keeper.use(clock);
    constexpr std::uint64_t seconds = 90ULL * 365 * 86'400;

    fast_counter = 3 * giga * seconds;

    EXPECT_NEAR(static_cast<double>(keeper.monotonic()) / (static_cast<double>(seconds) * giga), 1, 1e-9);
}

TEST(Timekeeper, DoesNotGoBackWhenAnotherCpusCounterLags)
{
    fast_counter = 1000;
    const ClockSource clock = fast_clock();
    Timekeeper keeper;
    keeper.use(clock);
    const std::uint64_t start = keeper.monotonic();

    fast_counter = 990;

    EXPECT_EQ(keeper.monotonic(), start);
    keeper.advance();
    EXPECT_EQ(keeper.monotonic(), start);
    fast_counter = 1000;
    EXPECT_EQ(keeper.monotonic(), start) << "nothing was counted twice";
}

TEST(Timekeeper, GoesOnWhereItWasWithAnotherSource)
{
    fast_counter = 5;
    slow_counter = 123'456'789;
    const ClockSource fast = fast_clock();
    const ClockSource slow = slow_clock();
    Timekeeper keeper;
    keeper.use(fast);
    fast_counter += 30 * giga;
    const std::uint64_t before = keeper.monotonic();

    keeper.use(slow);
    const std::uint64_t after = keeper.monotonic();
    slow_counter += 10'000'000;

    EXPECT_GE(after, before);
    EXPECT_LE(after, before + 1);
    EXPECT_NEAR(static_cast<double>(keeper.monotonic() - after), 1e9, 2);
    EXPECT_EQ(keeper.source(), &slow);
}

TEST(Timekeeper, CountsThroughTheWrapOfANarrowCounter)
{
    constexpr std::uint64_t mask = 0xff'ffff;
    slow_counter = mask - 10;
    const ClockSource clock = slow_clock(mask);
    Timekeeper keeper;
    keeper.use(clock);
    const std::uint64_t start = keeper.monotonic();
    std::uint64_t passed = 0;
    const std::uint64_t step = keeper.longest_pause() / 100; // ticks of 100 ns

    for (unsigned pause = 0; pause < 20; ++pause) {
        slow_counter = (slow_counter + step) & mask;
        passed += step * 100;
        keeper.advance();
    }

    EXPECT_GE(passed, 2 * mask * 100) << "it has wrapped twice";
    EXPECT_NEAR(static_cast<double>(keeper.monotonic() - start), static_cast<double>(passed), 25);
}

TEST(Timekeeper, NeverGoesBackHoweverItAdvances)
{
    std::mt19937_64 random{20260724};
    fast_counter = 0;
    slow_counter = 0;
    const ClockSource fast = fast_clock();
    const ClockSource slow = slow_clock();
    Timekeeper keeper;
    keeper.use(fast);
    std::uint64_t last = 0;

    for (unsigned step = 0; step < 100'000; ++step) {
        fast_counter += random() % 1000;
        slow_counter += random() % 4;
        switch (random() % 8) {
        case 0: keeper.advance(); break;
        case 1: keeper.use(slow); break;
        case 2: keeper.use(fast); break;
        }
        const std::uint64_t now = keeper.monotonic();
        ASSERT_GE(now, last);
        last = now;
    }
}

/// Readers on other CPUs see one state or the next, nothing in between.
TEST(Timekeeper, IsReadWhileItChanges)
{
    fast_counter = 0;
    slow_counter = 1ULL << 40;
    const ClockSource fast = fast_clock();
    const ClockSource slow = slow_clock();
    Timekeeper keeper;
    keeper.use(fast);
    std::atomic<bool> stop = false;
    std::atomic<unsigned> errors = 0;

    std::thread reader{[&] {
        std::uint64_t last = 0;
        while (!stop) {
            const std::uint64_t now = keeper.monotonic();
            if (now < last || now > giga)
                ++errors;
            last = now;
        }
    }};
    for (unsigned step = 0; step < 20'000; ++step) {
        fast_counter += 300;
        slow_counter += 1;
        keeper.use(step % 2 == 0 ? slow : fast);
    }
    stop = true;
    reader.join();

    EXPECT_EQ(errors, 0);
}

} // namespace
