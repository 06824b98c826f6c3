#include "tests/unit/guest_proc/one_cpu.hpp"

namespace {

using namespace test;

class RealtimeTasks : public OneCpu {
protected:
    ~RealtimeTasks() override { kernel::sched::realtime_limit = {}; }
    static void lift_limit() { kernel::sched::realtime_limit.runtime = kernel::sched::realtime_limit.period; }
};

TEST_F(RealtimeTasks, RunInTheOrderOfTheirPriorities)
{
    wake(make("middle", Policy::fifo, 0, 40));
    wake(make("low", Policy::fifo, 0, 1));
    EXPECT_EQ(running(), "middle");
    wake(make("high", Policy::round_robin, 0, 99));

    EXPECT_EQ(running(), "high");
    sleep();
    EXPECT_EQ(running(), "middle");
    sleep();
    EXPECT_EQ(running(), "low");
}

TEST_F(RealtimeTasks, OfFifoRunUntilTheySleep)
{
    lift_limit();
    wake(make("fair"));
    wake(make("first", Policy::fifo, 0, 10));
    wake(make("second", Policy::fifo, 0, 10));

    run_for(10'000 * millisecond);

    EXPECT_EQ(running(), "first");
    sleep();
    EXPECT_EQ(running(), "second");
}

TEST_F(RealtimeTasks, KeepTheirPlaceWhenPreempted)
{
    wake(make("first", Policy::fifo, 0, 10));
    wake(make("second", Policy::fifo, 0, 10));
    wake(make("urgent", Policy::fifo, 0, 11));
    ASSERT_EQ(running(), "urgent");

    sleep();

    EXPECT_EQ(running(), "first");
}

TEST_F(RealtimeTasks, GoBehindTheirEqualsWhenTheyYield)
{
    wake(make("first", Policy::fifo, 0, 10));
    wake(make("second", Policy::fifo, 0, 10));
    wake(make("lower", Policy::fifo, 0, 9));

    reschedule(Leave::yielding);
    EXPECT_EQ(running(), "second");
    reschedule(Leave::yielding);
    EXPECT_EQ(running(), "first");
}

TEST_F(RealtimeTasks, OfRoundRobinShareInSlices)
{
    lift_limit();
    Task& a = make("a", Policy::round_robin, 0, 10);
    Task& b = make("b", Policy::round_robin, 0, 10);
    wake(a);
    wake(b);

    run_for(90 * millisecond);
    EXPECT_EQ(running(), "a");
    run_for(20 * millisecond);
    EXPECT_EQ(running(), "b");
    run_for(890 * millisecond);
    EXPECT_EQ(ran(a), ran(b));
}

TEST_F(RealtimeTasks, LeaveFairOnesFivePercent)
{
    Task& hog = make("hog", Policy::fifo, 0, 99);
    Task& fair = make("fair");
    wake(hog);
    wake(fair);

    run_for(20'000 * millisecond);

    EXPECT_NEAR(ran(fair) / 20e9, 0.05, 0.005);
    EXPECT_NEAR(ran(hog) / 20e9, 0.95, 0.005);
}

TEST_F(RealtimeTasks, TakeAllWhenNobodyElseWantsIt)
{
    Task& hog = make("hog", Policy::fifo, 0, 99);
    wake(hog);

    run_for(5'000 * millisecond);

    EXPECT_EQ(ran(hog), 5'000 * millisecond);
}

TEST_F(RealtimeTasks, OfAllPrioritiesHaveAQueue)
{
    for (unsigned priority = 1; priority <= 99; ++priority)
        queue_.add(make(std::to_string(priority), Policy::fifo, 0, priority), Enqueue::created);
    for (unsigned priority = 99; priority >= 1; --priority) {
        Task& next = queue_.switch_tasks(Leave::voluntarily);
        EXPECT_EQ(next.name(), std::to_string(priority));
        next.set_state(TaskState::interruptible);
    }
    EXPECT_EQ(&queue_.switch_tasks(Leave::voluntarily), &idle_);
}

} // namespace
