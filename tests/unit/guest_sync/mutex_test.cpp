#include "kernel/sync/mutex.hpp"

#include "lib/locked.hpp"
#include "tests/unit/guest_proc/threads.hpp"

#include <gtest/gtest.h>

#include <atomic>

namespace {

using kernel::Locked;
using kernel::Mutex;
using kernel::Task;

TEST(Mutexes, LetOneInAtATime)
{
    constexpr int rounds = 300;
    Locked<int, Mutex> counter{0};
    const auto count = [&] {
        for (int i = 0; i < rounds; ++i)
            counter.with([](int& value) { ++value; });
    };

    test::run_as_tasks({count, count, count, count});

    EXPECT_EQ(counter.without_lock(), 4 * rounds);
}

TEST(Mutexes, CanBeTriedWithoutWaiting)
{
    Mutex mutex;

    EXPECT_TRUE(mutex.try_lock());
    EXPECT_FALSE(mutex.try_lock());
    mutex.unlock();
    EXPECT_TRUE(mutex.try_lock());
    mutex.unlock();
}

TEST(Mutexes, KnowTheirOwner)
{
    Mutex mutex;
    std::atomic<int> step{0};

    test::run_as_tasks({[&] {
                            mutex.lock();
                            EXPECT_TRUE(mutex.is_mine());
                            step = 1;
                            while (step != 2)
                                std::this_thread::yield();
                            mutex.unlock();
                        },
                        [&] {
                            while (step != 1)
                                std::this_thread::yield();
                            EXPECT_TRUE(mutex.is_locked());
                            EXPECT_FALSE(mutex.is_mine());
                            step = 2;
                        }});

    EXPECT_FALSE(mutex.is_locked());
}

/// A task that takes the mutex again as soon as it has let go of it cannot keep the others out.
TEST(Mutexes, StarveNobody)
{
    Mutex mutex;
    std::atomic<bool> done{false};
    std::atomic<int> got{0};
    const auto hog = [&] {
        while (!done) {
            const Mutex::Guard guard{mutex};
            std::this_thread::yield();
        }
    };
    const auto want = [&] {
        for (int i = 0; i < 20; ++i) {
            const Mutex::Guard guard{mutex};
            if (++got == 40)
                done = true;
        }
    };

    test::run_as_tasks({hog, want, want});

    EXPECT_EQ(got.load(), 40);
}

TEST(Mutexes, CanBeGivenUpForASignal)
{
    Mutex mutex;
    std::atomic<Task*> waiter{nullptr};
    std::atomic<bool> gave_up{false};

    test::run_as_tasks({[&] {
                            mutex.lock();
                            while (waiter == nullptr)
                                std::this_thread::yield();
                            kernel::sched::interrupt(*waiter);
                            while (!gave_up)
                                std::this_thread::yield();
                            mutex.unlock();
                            EXPECT_TRUE(mutex.try_lock()) << "nothing is left of a waiter that has gone";
                            mutex.unlock();
                        },
                        [&] {
                            while (!mutex.is_locked())
                                std::this_thread::yield();
                            waiter = &Task::current();
                            const auto result = mutex.lock_interruptible();
                            EXPECT_FALSE(result);
                            EXPECT_EQ(result.error(), kernel::Errno::eintr);
                            gave_up = true;
                        }});
}

} // namespace
