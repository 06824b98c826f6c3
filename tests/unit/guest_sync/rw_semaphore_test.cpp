#include "kernel/sync/rw_semaphore.hpp"

#include "lib/locked.hpp"
#include "tests/unit/guest_proc/threads.hpp"

#include <gtest/gtest.h>

#include <atomic>

namespace {

using kernel::RwSemaphore;
using kernel::SharedLocked;
using kernel::Task;
using kernel::TaskState;

/// Until it is in its lock's queue.
void wait_until_asleep(const std::atomic<Task*>& task)
{
    while (task == nullptr || task.load()->state() != TaskState::uninterruptible)
        std::this_thread::yield();
}

TEST(RwSemaphores, LetReadersInTogetherAndWritersAlone)
{
    RwSemaphore lock;

    EXPECT_TRUE(lock.try_lock_shared());
    EXPECT_TRUE(lock.try_lock_shared());
    EXPECT_FALSE(lock.try_lock());
    lock.unlock_shared();
    lock.unlock_shared();
    EXPECT_TRUE(lock.try_lock());
    EXPECT_FALSE(lock.try_lock_shared());
    EXPECT_FALSE(lock.try_lock());
    lock.downgrade();
    EXPECT_TRUE(lock.try_lock_shared());
    lock.unlock_shared();
    lock.unlock_shared();
    EXPECT_TRUE(lock.try_lock());
    lock.unlock();
}

TEST(RwSemaphores, KeepReadersAndWritersApart)
{
    constexpr int rounds = 200;
    struct Pair {
        int first = 0;
        int second = 0;
    };
    SharedLocked<Pair, RwSemaphore> pair;
    std::atomic<int> torn{0};
    const auto write = [&] {
        for (int i = 0; i < rounds; ++i)
            pair.write([](Pair& both) {
                ++both.first;
                std::this_thread::yield();
                ++both.second;
            });
    };
    const auto read = [&] {
        for (int i = 0; i < rounds; ++i)
            pair.read([&](const Pair& both) { torn += both.first != both.second; });
    };

    test::run_as_tasks({write, read, write, read});

    EXPECT_EQ(torn.load(), 0);
    pair.read([](const Pair& both) { EXPECT_EQ(both.first, 2 * rounds); });
}

TEST(RwSemaphores, LetNoReaderOvertakeAWriterThatWaits)
{
    RwSemaphore lock;
    std::atomic<Task*> writer{nullptr};
    std::atomic<bool> written{false};

    test::run_as_tasks({[&] {
                            lock.lock_shared();
                            wait_until_asleep(writer);
                            EXPECT_FALSE(lock.try_lock_shared());
                            EXPECT_FALSE(written);
                            lock.unlock_shared();
                            lock.lock_shared();
                            EXPECT_TRUE(written);
                            lock.unlock_shared();
                        },
                        [&] {
                            while (lock.try_lock()) { // until the reader is in
                                lock.unlock();
                                std::this_thread::yield();
                            }
                            writer = &Task::current();
                            lock.lock();
                            written = true;
                            lock.unlock();
                        }});
}

TEST(RwSemaphores, LetReadersGoOnWhenTheWriterBeforeThemGivesUp)
{
    RwSemaphore lock;
    std::atomic<bool> inside{false};
    std::atomic<Task*> writer{nullptr};
    std::atomic<Task*> reader{nullptr};
    std::atomic<bool> read{false};

    test::run_as_tasks({[&] {
                            lock.lock_shared();
                            inside = true;
                            wait_until_asleep(reader);
                            kernel::sched::interrupt(*writer);
                            while (!read)
                                std::this_thread::yield();
                            lock.unlock_shared();
                        },
                        [&] {
                            while (!inside)
                                std::this_thread::yield();
                            writer = &Task::current();
                            EXPECT_FALSE(lock.lock_interruptible());
                        },
                        [&] {
                            while (!inside)
                                std::this_thread::yield();
                            while (lock.try_lock_shared()) { // until the writer waits
                                lock.unlock_shared();
                                std::this_thread::yield();
                            }
                            reader = &Task::current();
                            lock.lock_shared();
                            read = true;
                            lock.unlock_shared();
                        }});

    EXPECT_TRUE(lock.try_lock());
}

} // namespace
