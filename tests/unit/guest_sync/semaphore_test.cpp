#include "kernel/sync/semaphore.hpp"

#include "tests/unit/guest_proc/threads.hpp"

#include <gtest/gtest.h>

#include <atomic>

namespace {

using kernel::Semaphore;
using kernel::Task;
using kernel::TaskState;
using kernel::Wait;
using kernel::WaitEnd;

TEST(Semaphores, GiveOutAsManyPermitsAsTheyHave)
{
    Semaphore semaphore{2};

    EXPECT_TRUE(semaphore.try_down());
    EXPECT_TRUE(semaphore.try_down());
    EXPECT_FALSE(semaphore.try_down());
    semaphore.up();
    EXPECT_TRUE(semaphore.try_down());
}

TEST(Semaphores, NeverLetMoreInThanThat)
{
    constexpr int rounds = 200;
    Semaphore semaphore{2};
    std::atomic<int> inside{0};
    std::atomic<int> most{0};
    const auto visit = [&] {
        for (int i = 0; i < rounds; ++i) {
            semaphore.down();
            const int now = ++inside;
            int seen = most;
            while (now > seen && !most.compare_exchange_weak(seen, now)) {
            }
            --inside;
            semaphore.up();
        }
    };

    test::run_as_tasks({visit, visit, visit, visit});

    EXPECT_LE(most.load(), 2);
    EXPECT_TRUE(semaphore.try_down());
    EXPECT_TRUE(semaphore.try_down());
    EXPECT_FALSE(semaphore.try_down());
}

TEST(Semaphores, GiveUpAtTheDeadlineAndTakeNothing)
{
    Semaphore semaphore{0};
    fake::set_time(1'000);

    test::run_as_tasks({[&] { EXPECT_EQ(semaphore.down(Wait{.deadline = 1'000}), WaitEnd::timed_out); }});

    semaphore.up();
    EXPECT_TRUE(semaphore.try_down());
    EXPECT_FALSE(semaphore.try_down());
}

TEST(Semaphores, GiveUpForASignal)
{
    Semaphore semaphore{0};

    test::run_as_tasks({[&] {
        Task::current().set_signal_pending(true);
        EXPECT_EQ(semaphore.down(Wait{.state = TaskState::interruptible}), WaitEnd::interrupted);
        EXPECT_EQ(Task::current().state(), TaskState::running);
    }});
}

} // namespace
