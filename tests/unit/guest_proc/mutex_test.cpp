#include "kernel/sync/mutex.hpp"

#include "lib/locked.hpp"
#include "tests/unit/guest_proc/threads.hpp"

#include <gtest/gtest.h>

namespace {

using kernel::Locked;
using kernel::Mutex;

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

} // namespace
