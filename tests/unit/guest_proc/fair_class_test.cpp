#include "kernel/sched/fair_class.hpp"
#include "tests/unit/guest_proc/one_cpu.hpp"

#include <cmath>

namespace {

using namespace test;
using kernel::sched::FairEntity;
using kernel::sched::FairQueue;
using kernel::sched::nice_0_weight;
using kernel::sched::target_latency;
using kernel::sched::weight_of_nice;

class FairTasks : public OneCpu {
protected:
    /// A task that has slept since it ran for a tick: all the time, `hog_runs`, that a hog has had since.
    Task& sleeper_beside_hog(u64 hog_runs)
    {
        Task& sleeper = make("sleeper");
        wake(sleeper);
        run_for(tick);
        sleep();
        wake(make("hog"));
        run_for(hog_runs);
        return sleeper;
    }
};

/// A group of two tasks, and a task that is in none: all awake.
class FairGroup : public FairTasks {
protected:
    FairGroup()
    {
        group.members = &members;
        first.sched.fair.parent = second.sched.fair.parent = &group;
        for (Task* const task : {&outside, &first, &second})
            wake(*task);
    }

    FairEntity group;
    FairQueue members;
    Task& outside = make("outside");
    Task& first = make("first");
    Task& second = make("second");
};

TEST(NiceWeights, FallByAFifthForEachStep)
{
    for (int nice = kernel::sched::lowest_nice; nice < kernel::sched::highest_nice; ++nice)
        EXPECT_NEAR(double(weight_of_nice(nice)) / weight_of_nice(nice + 1), 1.25, 0.06) << nice;
    EXPECT_EQ(weight_of_nice(0), nice_0_weight);
}

TEST_F(FairTasks, ShareTheCpuByTheirWeights)
{
    Task& a = make("a", Policy::normal, 0);
    Task& b = make("b", Policy::normal, 5);
    Task& c = make("c", Policy::normal, 10);
    for (Task* const task : {&a, &b, &c})
        wake(*task);

    run_for(30'000 * millisecond);

    const double all = weight_of_nice(0) + weight_of_nice(5) + weight_of_nice(10);
    EXPECT_NEAR(ran(a) / 30e9, weight_of_nice(0) / all, 0.01 * weight_of_nice(0) / all);
    EXPECT_NEAR(ran(b) / 30e9, weight_of_nice(5) / all, 0.01 * weight_of_nice(5) / all);
    EXPECT_NEAR(ran(c) / 30e9, weight_of_nice(10) / all, 0.01 * weight_of_nice(10) / all);
}

TEST_F(FairTasks, LeaveTasksOfTheIdlePolicyNextToNothing)
{
    Task& normal = make("normal");
    Task& idle = make("idle-policy", Policy::idle);
    wake(idle);
    wake(normal);

    run_for(60'000 * millisecond);

    EXPECT_GT(ran(idle), 0U);
    EXPECT_LT(ran(idle), 60'000 * millisecond / 200);
}

TEST_F(FairTasks, AreServedSoonAfterTheySlept)
{
    Task& sleeper = sleeper_beside_hog(1'000 * millisecond);

    wake(sleeper);

    EXPECT_EQ(running(), "sleeper");
}

TEST_F(FairTasks, DoNotSaveUpTheTimeTheySleep)
{
    Task& sleeper = sleeper_beside_hog(10'000 * millisecond);
    const u64 before = ran(sleeper);

    wake(sleeper);
    run_for(1'000 * millisecond);

    EXPECT_LE(ran(sleeper) - before, 500 * millisecond + target_latency);
}

TEST_F(FairTasks, HaveAFullTurnWhenAnotherWakesOften)
{
    Task& hog = make("hog");
    Task& batch = make("batch", Policy::batch);
    wake(batch);
    sleep();
    wake(hog);
    run_for(1'000 * millisecond);

    wake(batch);

    EXPECT_EQ(running(), "hog"); // batch tasks preempt nobody
}

TEST_F(FairTasks, DoNotGainByHavingChildren)
{
    Task& single = make("single");
    wake(single);
    run_for(100 * millisecond);

    wake(make("child"));

    EXPECT_EQ(running(), "single");
}

TEST_F(FairTasks, YieldToAnotherEvenWhenTheyHaveHadLess)
{
    Task& a = make("a");
    Task& b = make("b");
    wake(a);
    wake(b);
    ASSERT_EQ(running(), "a");

    reschedule(Leave::yielding);
    EXPECT_EQ(running(), "b");
    reschedule(Leave::yielding);
    EXPECT_EQ(running(), "a");
}

TEST_F(FairTasks, GoOnWhenTheClockOfTheirShareWrapsAround)
{
    Task& a = make("a");
    Task& b = make("b");
    for (Task* const task : {&a, &b}) {
        wake(*task);
        task->sched.is_new = false;
    }
    sleep();
    sleep();
    // Both come back at the end of time.
    for (Task* const task : {&a, &b})
        task->sched.fair.vruntime = ~u64{0} - 50 * millisecond;
    const u64 before_a = ran(a);
    queue_.add(a, Enqueue::moved);
    queue_.add(b, Enqueue::moved);
    a.set_state(TaskState::running);
    b.set_state(TaskState::running);
    reschedule(Leave::preempted);

    run_for(1'000 * millisecond);

    EXPECT_NEAR(double(ran(a) - before_a), 500e6, 20e6);
}

TEST(FairQueues, FindAPlaceInLogarithmicTime)
{
    constexpr unsigned count = 1'000;
    FairQueue queue;
    std::vector<FairEntity> entities(count);
    for (FairEntity& entity : entities)
        queue.add(entity, Enqueue::created);
    const u64 before = queue.comparisons();
    constexpr unsigned turns = 10'000;

    for (unsigned turn = 0; turn < turns; ++turn) {
        ASSERT_NE(queue.take_first(), nullptr);
        queue.account(millisecond * (turn * 7919 % 5 + 1));
        queue.put_current();
    }

    // Two comparisons at each level of a red-black tree at the most, whose height is at most twice the logarithm.
    EXPECT_LE(queue.comparisons() - before, u64{turns} * 2 * static_cast<u64>(std::ceil(std::log2(count))));
}

TEST_F(FairGroup, SharesWhatTheGroupHas)
{
    run_for(10'000 * millisecond);

    EXPECT_NEAR(ran(outside) / 10e9, 0.5, 0.01);
    EXPECT_NEAR(ran(first) / 10e9, 0.25, 0.01);
    EXPECT_NEAR(ran(second) / 10e9, 0.25, 0.01);
}

TEST_F(FairGroup, KeepsItsPlaceWhenMembersComeAndGo)
{
    for (int round = 0; round < 1'000; ++round) {
        run_for(7 * millisecond);
        Task& task = *queue_.running();
        if (&task == &idle_)
            continue;
        sleep();
        run_for(3 * millisecond);
        wake(task);
    }

    EXPECT_EQ(queue_.load(), 3U);
    EXPECT_GT(ran(outside), 1'000 * millisecond);
    EXPECT_GT(ran(first) + ran(second), 1'000 * millisecond);
}

} // namespace
