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
        queue_.wake_up();
    }
    void take()
    {
        const auto take_one = [this] {
            int seen = count_.load();
            while (seen > 0)
                if (count_.compare_exchange_weak(seen, seen - 1))
                    return true;
            return false;
        };
        EXPECT_EQ(queue_.wait(kernel::Wait{.exclusive = true}, take_one), kernel::WaitEnd::condition);
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
                            queue.wake_up_all();
                        }});

    EXPECT_EQ(through.load(), 3);
}

/// Waits of different kinds on one queue, each until it is let through; how many have been.
class Gate {
public:
    void pass(bool exclusive)
    {
        ++inside_;
        const auto open = [this] { return open_.load() != 0; };
        EXPECT_EQ(queue_.wait(kernel::Wait{.exclusive = exclusive}, open), kernel::WaitEnd::condition);
        ++passed_;
    }
    void wait_for(int waiters)
    {
        while (inside_ != waiters || sleeping() != waiters)
            std::this_thread::yield();
    }
    void open() { open_ = 1; }
    WaitQueue& queue() { return queue_; }
    int passed() const { return passed_; }
    void wait_for_passed(int count)
    {
        while (passed_ != count)
            std::this_thread::yield();
    }

private:
    int sleeping() const { return static_cast<int>(queue_.waiting()); }

    WaitQueue queue_;
    std::atomic<int> open_{0};
    std::atomic<int> inside_{0};
    std::atomic<int> passed_{0};
};

TEST(WaitQueues, WakeAllThatShareAndOneThatDoesNot)
{
    Gate gate;
    const auto share = [&] { gate.pass(false); };
    const auto alone = [&] { gate.pass(true); };

    test::run_as_tasks({alone, share, alone, share, alone, [&] {
                            gate.wait_for(5);
                            gate.open();
                            gate.queue().wake_up();
                            gate.wait_for_passed(3);
                            EXPECT_EQ(gate.queue().waiting(), 2U);
                            gate.queue().wake_up_nr(1);
                            gate.wait_for_passed(4);
                            EXPECT_EQ(gate.queue().waiting(), 1U);
                            gate.queue().wake_up_all();
                        }});

    EXPECT_EQ(gate.passed(), 5);
}

TEST(WaitQueues, GiveUpAtTheDeadline)
{
    WaitQueue queue;
    fake::set_time(1'000);

    test::run_as_tasks({[&] {
        EXPECT_EQ(queue.wait(kernel::Wait{.deadline = 999}, [] { return false; }), kernel::WaitEnd::timed_out);
        EXPECT_EQ(kernel::Task::current().state(), kernel::TaskState::running);
    }});

    EXPECT_EQ(queue.waiting(), 0U);
}

TEST(WaitQueues, AreLeftForASignalOnlyWhereThatIsAllowed)
{
    WaitQueue queue;
    std::atomic<kernel::Task*> waiter{nullptr};
    std::atomic<bool> open{false};
    int interruptions = 0;

    test::run_as_tasks({[&] {
                            waiter = &kernel::Task::current();
                            const kernel::Wait how{.state = kernel::TaskState::interruptible};
                            if (queue.wait(how, [] { return false; }) == kernel::WaitEnd::interrupted)
                                ++interruptions;
                            EXPECT_TRUE(kernel::Task::current().signal_pending());
                            const auto is_open = [&] { return open.load(); };
                            EXPECT_EQ(queue.wait(kernel::Wait{}, is_open), kernel::WaitEnd::condition);
                        },
                        [&] {
                            while (waiter == nullptr)
                                std::this_thread::yield();
                            kernel::sched::interrupt(*waiter);
                            while (waiter.load()->state() != kernel::TaskState::uninterruptible)
                                std::this_thread::yield();
                            open = true;
                            queue.wake_up();
                        }});

    EXPECT_EQ(interruptions, 1);
}

/// An exclusive wake-up is not lost on a waiter that is about to leave for another reason: the next one gets it.
TEST(WaitQueues, PassOnAWakeUpThatComesTooLate)
{
    WaitQueue queue;
    std::atomic<bool> open{false};
    int looks = 0;
    const auto leave = [&] {
        if (++looks == 2) { // it is in the queue
            while (queue.waiting() != 2)
                std::this_thread::yield();
            kernel::Task::current().set_signal_pending(true);
            open = true;
            queue.wake_up(); // wakes this task
        }
        return false;
    };

    test::run_as_tasks({[&] {
                            const kernel::Wait how{.state = kernel::TaskState::interruptible, .exclusive = true};
                            EXPECT_EQ(queue.wait(how, leave), kernel::WaitEnd::interrupted);
                        },
                        [&] {
                            while (queue.waiting() != 1)
                                std::this_thread::yield();
                            const kernel::Wait how{.exclusive = true};
                            EXPECT_EQ(queue.wait(how, [&] { return open.load(); }), kernel::WaitEnd::condition);
                        }});

    EXPECT_EQ(queue.waiting(), 0U);
}

} // namespace
