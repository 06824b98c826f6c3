#include "kernel/time/timer_queue.hpp"

#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <random>
#include <vector>

namespace {

using kernel::time::Clock;
using kernel::time::HighResolutionTimer;
using kernel::time::never;
using kernel::time::TimerQueue;

void nothing(HighResolutionTimer&) {}

TEST(TimerQueue, GivesExpiredTimersByDeadline)
{
    TimerQueue queue;
    HighResolutionTimer late{nothing};
    HighResolutionTimer early{nothing};
    HighResolutionTimer future{nothing};
    queue.insert(late, 20, 0);
    queue.insert(early, 10, 0);
    queue.insert(future, 31, 0);

    EXPECT_EQ(queue.next_deadline(), 10);
    EXPECT_EQ(queue.pop_expired(30), &early);
    EXPECT_EQ(queue.pop_expired(30), &late);
    EXPECT_EQ(queue.pop_expired(30), nullptr);
    EXPECT_EQ(queue.next_deadline(), 31);
}

TEST(TimerQueue, GivesTimersOfOneDeadlineInTheOrderOfTheirStart)
{
    TimerQueue queue;
    HighResolutionTimer first{nothing};
    HighResolutionTimer second{nothing};
    queue.insert(first, 10, 0);
    queue.insert(second, 10, 0);

    EXPECT_EQ(queue.pop_expired(10), &first);
    EXPECT_EQ(queue.pop_expired(10), &second);
    EXPECT_EQ(queue.next_deadline(), never);
}

TEST(TimerQueue, RemovesAPendingTimerOnce)
{
    TimerQueue queue;
    HighResolutionTimer timer{nothing};
    queue.insert(timer, 10, 0);

    EXPECT_TRUE(queue.remove(timer));
    EXPECT_FALSE(queue.remove(timer));
    EXPECT_EQ(queue.pop_expired(10), nullptr);
    EXPECT_EQ(queue.next_deadline(), never);
}

TEST(TimerQueue, ComparesTheClocksByTheirOffsets)
{
    TimerQueue queue;
    HighResolutionTimer monotonic{nothing};
    HighResolutionTimer realtime{nothing, Clock::realtime};
    queue.insert(monotonic, 50, 0);
    queue.insert(realtime, 1040, 1000);

    EXPECT_EQ(queue.next_deadline(), 40);
    EXPECT_EQ(queue.pop_expired(39), nullptr);
    EXPECT_EQ(queue.pop_expired(40), &realtime);
    EXPECT_EQ(queue.next_deadline(), 50);
}

TEST(TimerQueue, FollowsAClockThatIsSet)
{
    TimerQueue queue;
    HighResolutionTimer timer{nothing, Clock::realtime};
    queue.insert(timer, 1040, 1000);

    queue.set_offset(Clock::realtime, 900);
    EXPECT_EQ(queue.next_deadline(), 140);
    EXPECT_EQ(queue.pop_expired(100), nullptr);

    queue.set_offset(Clock::realtime, 2000);
    EXPECT_EQ(queue.next_deadline(), 0) << "its time has passed";
    EXPECT_EQ(queue.pop_expired(0), &timer);
}

TEST(TimerQueue, TakesAnotherCpusTimersOver)
{
    TimerQueue dead;
    TimerQueue heir;
    HighResolutionTimer own{nothing};
    HighResolutionTimer monotonic{nothing};
    HighResolutionTimer realtime{nothing, Clock::realtime};
    heir.insert(own, 20, 0);
    dead.insert(monotonic, 30, 0);
    dead.insert(realtime, 1010, 1000);

    heir.take_from(dead, 3);

    EXPECT_EQ(dead.next_deadline(), never);
    EXPECT_EQ(TimerQueue::cpu_of(realtime), 3);
    EXPECT_EQ(heir.pop_expired(100), &own) << "of one clock the first";
    EXPECT_EQ(heir.pop_expired(100), &monotonic);
    EXPECT_EQ(heir.pop_expired(100), &realtime);
}

/// Against a list of what must be pending.
TEST(TimerQueue, DoesAsAPlainListDoes)
{
    std::mt19937_64 random{20260722};
    TimerQueue queue;
    std::vector<std::unique_ptr<HighResolutionTimer>> timers;
    std::map<HighResolutionTimer*, std::uint64_t> pending; // monotonic deadlines
    std::uint64_t realtime_offset = 1'000'000;
    for (unsigned index = 0; index < 200; ++index)
        timers.push_back(std::make_unique<HighResolutionTimer>(nothing, static_cast<Clock>(index % 3)));

    std::uint64_t now = 0;
    for (unsigned step = 0; step < 50'000; ++step) {
        HighResolutionTimer& timer = *timers[random() % timers.size()];
        const std::uint64_t offset = timer.clock() == Clock::realtime ? realtime_offset : 0;
        switch (random() % 4) {
        case 0:
        case 1:
            queue.remove(timer);
            pending[&timer] = now + random() % 1000;
            queue.insert(timer, pending[&timer] + offset, offset);
            break;
        case 2: ASSERT_EQ(queue.remove(timer), pending.erase(&timer) == 1); break;
        case 3:
            now += random() % 20;
            while (HighResolutionTimer* const expired = queue.pop_expired(now)) {
                ASSERT_TRUE(pending.contains(expired));
                ASSERT_LE(pending[expired], now);
                pending.erase(expired);
            }
            break;
        }
        std::uint64_t first = never;
        for (const auto& [_, deadline] : pending)
            first = std::min(first, deadline);
        ASSERT_EQ(queue.next_deadline(), first);
    }
}

} // namespace
