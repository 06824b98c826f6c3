#include "kernel/sched/wait_queue.hpp"

#include "tests/unit/guest_proc/threads.hpp"

#include <gtest/gtest.h>

#include <atomic>

namespace {

using kernel::WaitQueue;

/// A counting semaphore, the plainest use of a wait queue.
class Semaphore {
public:
    void post()
    {
        count_.fetch_add(1);
        queue_.wake_one();
    }
    void take()
    {
        queue_.wait([this] {
            int seen = count_.load();
            while (seen > 0)
                if (count_.compare_exchange_weak(seen, seen - 1))
                    return true;
            return false;
        });
    }

private:
    std::atomic<int> count_{0};
    WaitQueue queue_;
};

TEST(WaitQueues, DoNotSleepWhenTheConditionHolds)
{
    WaitQueue queue;
    int looks = 0;

    test::run_as_tasks({[&] { queue.wait([&] { return ++looks == 1; }); }});

    EXPECT_EQ(looks, 1);
}

TEST(WaitQueues, LoseNoWakeUpBetweenTwo)
{
    constexpr int rounds = 500;
    Semaphore ping;
    Semaphore pong;
    int value = 0;

    test::run_as_tasks({[&] {
                            for (int i = 0; i < rounds; ++i) {
                                ++value;
                                ping.post();
                                pong.take();
                            }
                        },
                        [&] {
                            for (int i = 0; i < rounds; ++i) {
                                ping.take();
                                ++value;
                                pong.post();
                            }
                        }});

    EXPECT_EQ(value, 2 * rounds);
}

TEST(WaitQueues, WakeAsManyAsThereIsSomethingFor)
{
    constexpr int each = 200;
    Semaphore items;
    std::atomic<int> taken{0};
    const auto consume = [&] {
        for (int i = 0; i < each; ++i) {
            items.take();
            taken.fetch_add(1);
        }
    };
    const auto produce = [&] {
        for (int i = 0; i < 3 * each; ++i)
            items.post();
    };

    test::run_as_tasks({consume, consume, consume, produce});

    EXPECT_EQ(taken.load(), 3 * each);
}

TEST(WaitQueues, WakeAllAtOnce)
{
    WaitQueue queue;
    std::atomic<bool> open{false};
    std::atomic<int> through{0};
    const auto wait = [&] {
        queue.wait([&] { return open.load(); });
        through.fetch_add(1);
    };

    test::run_as_tasks({wait, wait, wait, [&] {
                            open.store(true);
                            queue.wake_all();
                        }});

    EXPECT_EQ(through.load(), 3);
}

} // namespace
