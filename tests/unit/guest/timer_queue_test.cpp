#include "kernel/time/timer_queue.hpp"

#include <gtest/gtest.h>

namespace {

using kernel::time::Timer;
using kernel::time::TimerQueue;

void nothing(Timer&) {}

TEST(TimerQueue, GivesExpiredTimersByDeadline)
{
    TimerQueue queue;
    Timer late{nothing};
    Timer early{nothing};
    Timer future{nothing};
    queue.insert(late, 20);
    queue.insert(early, 10);
    queue.insert(future, 31);

    EXPECT_EQ(queue.next_deadline(), 10);
    EXPECT_EQ(queue.pop_expired(30), &early);
    EXPECT_EQ(queue.pop_expired(30), &late);
    EXPECT_EQ(queue.pop_expired(30), nullptr);
    EXPECT_EQ(queue.next_deadline(), 31);
}

TEST(TimerQueue, HoldsSeveralWithOneDeadline)
{
    TimerQueue queue;
    Timer first{nothing};
    Timer second{nothing};
    queue.insert(first, 10);
    queue.insert(second, 10);

    EXPECT_EQ(queue.pop_expired(10), &first);
    EXPECT_EQ(queue.pop_expired(10), &second);
    EXPECT_EQ(queue.next_deadline(), TimerQueue::never);
}

TEST(TimerQueue, RemovesAPendingTimerOnce)
{
    TimerQueue queue;
    Timer timer{nothing};
    queue.insert(timer, 10);

    EXPECT_TRUE(queue.remove(timer));
    EXPECT_FALSE(queue.remove(timer));
    EXPECT_EQ(queue.pop_expired(10), nullptr);
}

} // namespace
