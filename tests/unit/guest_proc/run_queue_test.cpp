#include "kernel/sched/run_queue.hpp"

#include <gtest/gtest.h>

namespace {

using kernel::Task;
using kernel::TaskState;
using kernel::sched::Leave;
using kernel::sched::Policy;
using kernel::sched::RunQueue;

class RunQueues : public testing::Test {
protected:
    RunQueues()
    {
        queue_.start_with(idle_);
        for (Task* const task : {&a_, &b_, &c_})
            task->set_state(TaskState::running);
    }

    Task idle_{0, "idle", Policy::idle};
    Task a_{1, "a", Policy::round_robin};
    Task b_{2, "b", Policy::round_robin};
    Task c_{3, "c", Policy::round_robin};
    RunQueue queue_;
};

TEST_F(RunQueues, RunTheIdleTaskWhenThereIsNothingElse)
{
    EXPECT_EQ(&queue_.switch_tasks(Leave::voluntarily), &idle_);
    EXPECT_TRUE(queue_.is_idle());
    EXPECT_EQ(queue_.load(), 0U);
}

TEST_F(RunQueues, PreemptTheIdleTaskButNoOther)
{
    EXPECT_TRUE(queue_.add(a_));
    EXPECT_EQ(&queue_.switch_tasks(Leave::preempted), &a_);

    EXPECT_FALSE(queue_.add(b_));
    EXPECT_EQ(queue_.load(), 2U);
    EXPECT_EQ(queue_.waiting(), 1U);
}

TEST_F(RunQueues, GiveEveryTaskItsTurn)
{
    queue_.add(a_);
    queue_.add(b_);
    queue_.add(c_);

    for (int round = 0; round < 3; ++round)
        for (Task* const expected : {&a_, &b_, &c_})
            EXPECT_EQ(&queue_.switch_tasks(Leave::preempted), expected);
    EXPECT_EQ(queue_.load(), 3U);
}

TEST_F(RunQueues, LetATaskGoOnThatIsAlone)
{
    queue_.add(a_);
    ASSERT_EQ(&queue_.switch_tasks(Leave::preempted), &a_);

    EXPECT_FALSE(queue_.tick());
    EXPECT_EQ(&queue_.switch_tasks(Leave::voluntarily), &a_);
    EXPECT_EQ(queue_.waiting(), 0U);
}

TEST_F(RunQueues, EndASliceWhenSomebodyWaits)
{
    queue_.add(a_);
    ASSERT_EQ(&queue_.switch_tasks(Leave::preempted), &a_);
    queue_.add(b_);

    EXPECT_TRUE(queue_.tick());
}

TEST_F(RunQueues, ForgetATaskThatGoesToSleep)
{
    queue_.add(a_);
    queue_.add(b_);
    ASSERT_EQ(&queue_.switch_tasks(Leave::voluntarily), &a_);
    a_.set_state(TaskState::interruptible);

    EXPECT_EQ(&queue_.switch_tasks(Leave::voluntarily), &b_);

    EXPECT_FALSE(a_.on_queue);
    EXPECT_EQ(queue_.load(), 1U);
}

TEST_F(RunQueues, KeepATaskThatIsPreemptedOnItsWayToSleep)
{
    queue_.add(a_);
    queue_.add(b_);
    ASSERT_EQ(&queue_.switch_tasks(Leave::voluntarily), &a_);
    a_.set_state(TaskState::interruptible);

    EXPECT_EQ(&queue_.switch_tasks(Leave::preempted), &b_);

    EXPECT_TRUE(a_.on_queue);
    EXPECT_EQ(&queue_.switch_tasks(Leave::preempted), &a_);
}

TEST_F(RunQueues, GoBackToIdleWhenAllSleep)
{
    queue_.add(a_);
    ASSERT_EQ(&queue_.switch_tasks(Leave::preempted), &a_);
    a_.set_state(TaskState::interruptible);

    EXPECT_EQ(&queue_.switch_tasks(Leave::voluntarily), &idle_);
    a_.set_state(TaskState::running);
    EXPECT_TRUE(queue_.add(a_));
    EXPECT_EQ(&queue_.switch_tasks(Leave::preempted), &a_);
}

TEST(TaskName, IsCutAtFifteenCharacters)
{
    Task task{1, "a-name-that-is-too-long", Policy::round_robin};
    EXPECT_EQ(task.name(), "a-name-that-is-");

    task.set_name("short");
    EXPECT_EQ(task.name(), "short");
}

} // namespace
