#include "kernel/sync/grace_period.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>
#include <vector>

namespace {

using kernel::Atomic;
using kernel::Order;
using kernel::rcu::GracePeriod;

TEST(GracePeriods, EndWithTheLastReport)
{
    GracePeriod period;
    period.exit_idle(0b111);

    EXPECT_FALSE(period.begin(0b111));
    EXPECT_FALSE(period.report(0b010));
    EXPECT_FALSE(period.report(0b010)) << "the same CPU counts once";
    EXPECT_FALSE(period.report(0b001));
    EXPECT_TRUE(period.report(0b100));
    EXPECT_FALSE(period.report(0b100)) << "it ends once";
}

TEST(GracePeriods, DoNotWaitForIdleCpus)
{
    GracePeriod period;
    period.exit_idle(0b01);

    EXPECT_FALSE(period.begin(0b11));
    EXPECT_TRUE(period.report(0b01));
}

TEST(GracePeriods, EndWhereNobodyRuns)
{
    GracePeriod period;

    EXPECT_TRUE(period.begin(0b11));
    EXPECT_TRUE(period.begin(0));
}

TEST(GracePeriods, EndWhenTheLastCpuFallsIdle)
{
    GracePeriod period;
    period.exit_idle(0b1);

    EXPECT_FALSE(period.begin(0b1));
    EXPECT_TRUE(period.enter_idle(0b1));
    EXPECT_TRUE(period.is_idle(0b1));
}

/// Threads are CPUs that read, report and idle. The writer poisons what no reader may see any more with an ordinary
/// store: the thread sanitizer objects if a grace period does not order it after the readers.
TEST(GracePeriods, KeepReadersFromWhatIsDisposedOf)
{
    constexpr unsigned cpus = 3;
    constexpr int rounds = 300;
    GracePeriod period;
    std::vector<int> things(rounds + 1, 1);
    Atomic<int*> shown{things.data()};
    std::atomic<bool> closed{false};
    std::atomic<int> ended{0};
    std::atomic<int> dead{0};
    const auto cpu = [&](unsigned number) {
        const unsigned bit = 1U << number;
        for (unsigned step = 0; !closed; ++step) {
            if (step % 8 == 7) { // idle for a while
                ended += period.enter_idle(bit);
                std::this_thread::yield();
                period.exit_idle(bit);
            }
            dead += *shown.load(Order::acquire) != 1;
            if ((period.pending() & bit) != 0)
                ended += period.report(bit);
        }
        ended += period.enter_idle(bit);
    };
    period.exit_idle((1U << cpus) - 1);
    std::vector<std::thread> threads;
    for (unsigned number = 0; number < cpus; ++number)
        threads.emplace_back(cpu, number);

    for (int round = 0; round < rounds; ++round) {
        int* const old = shown.exchange(&things[static_cast<std::size_t>(round) + 1], Order::acq_rel);
        const int before = ended;
        if (!period.begin((1U << cpus) - 1))
            while (ended == before)
                std::this_thread::yield();
        *old = 0;
    }
    closed = true;
    for (std::thread& thread : threads)
        thread.join();

    EXPECT_EQ(dead.load(), 0);
}

} // namespace
