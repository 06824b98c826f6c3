#include "tests/unit/guest_proc/one_cpu.hpp"

namespace {

using namespace test;

class RunQueues : public OneCpu {};

TEST_F(RunQueues, RunTheIdleTaskWhenThereIsNothingElse)
{
    EXPECT_EQ(&queue_.switch_tasks(Leave::voluntarily), &idle_);
    EXPECT_TRUE(queue_.is_idle());
    EXPECT_EQ(queue_.load(), 0U);
}

TEST_F(RunQueues, PreemptTheIdleTaskAtOnce)
{
    Task& a = make("a");
    Task& b = make("b");

    EXPECT_TRUE(queue_.add(a, Enqueue::created));
    EXPECT_EQ(&queue_.switch_tasks(Leave::preempted), &a);
    EXPECT_FALSE(queue_.add(b, Enqueue::created));
    EXPECT_EQ(queue_.load(), 2U);
    EXPECT_EQ(queue_.waiting(), 1U);
}

TEST_F(RunQueues, RunTheMoreUrgentClassFirst)
{
    Task& fair = make("fair");
    Task& fifo = make("fifo", Policy::fifo, 0, 1);
    Task& deadline = make_deadline("deadline", millisecond, 10 * millisecond, 10 * millisecond);
    Task& stop = make("stop", Policy::stop);

    for (Task* const task : {&fair, &fifo, &deadline, &stop}) {
        wake(*task);
        EXPECT_EQ(queue_.running(), task);
    }
    for (Task* const next : {&deadline, &fifo, &fair, &idle_}) {
        sleep();
        EXPECT_EQ(queue_.running(), next);
    }
}

TEST_F(RunQueues, LetATaskGoOnThatIsAlone)
{
    Task& a = make("a");
    wake(a);

    EXPECT_FALSE(queue_.tick());
    EXPECT_EQ(&queue_.switch_tasks(Leave::voluntarily), &a);
    EXPECT_EQ(&queue_.switch_tasks(Leave::yielding), &a);
    EXPECT_EQ(queue_.waiting(), 0U);
}

TEST_F(RunQueues, ForgetATaskThatGoesToSleep)
{
    Task& a = make("a");
    wake(a);
    wake(make("b"));

    sleep();

    EXPECT_EQ(running(), "b");
    EXPECT_EQ(a.queued, kernel::sched::Queued::no);
    EXPECT_EQ(queue_.load(), 1U);
}

TEST_F(RunQueues, KeepATaskThatIsPreemptedOnItsWayToSleep)
{
    Task& a = make("a");
    wake(a);
    a.set_state(TaskState::interruptible);

    wake(make("fifo", Policy::fifo, 0, 1));

    EXPECT_EQ(running(), "fifo");
    EXPECT_EQ(a.queued, kernel::sched::Queued::yes);
    sleep();
    EXPECT_EQ(running(), "a");
}

TEST_F(RunQueues, EvictATaskThatMustLeave)
{
    Task& a = make("a");
    Task& b = make("b");
    wake(a);
    wake(b);

    EXPECT_EQ(&queue_.switch_tasks(Leave::preempted, true), &b);

    EXPECT_EQ(a.queued, kernel::sched::Queued::moving);
    EXPECT_EQ(queue_.load(), 1U);
}

TEST_F(RunQueues, ChangeTheClassOfATaskThatRunsOrWaitsOrSleeps)
{
    Task& a = make("a");
    Task& b = make("b");
    Task& c = make("c");
    wake(c);
    sleep();
    wake(a);
    wake(b);
    const auto make_fifo = [](Task& task) {
        return [&task] {
            task.sched.policy = Policy::fifo;
            task.sched.class_id = kernel::sched::ClassId::realtime;
            task.sched.rt_priority = 5;
        };
    };

    EXPECT_TRUE(queue_.change(a, make_fifo(a)));
    EXPECT_TRUE(queue_.change(b, make_fifo(b)));
    EXPECT_FALSE(queue_.change(c, make_fifo(c)));

    EXPECT_EQ(&queue_.switch_tasks(Leave::preempted), &a);
    EXPECT_EQ(queue_.waiting(kernel::sched::ClassId::realtime), 1U);
    EXPECT_EQ(queue_.fair().count(), 0U);
    sleep();
    EXPECT_EQ(running(), "b");
    wake(c);
    sleep();
    EXPECT_EQ(running(), "c");
}

TEST_F(RunQueues, CountWaitingAndRunning)
{
    Task& a = make("a");
    Task& b = make("b");
    wake(a);
    run_for(5 * millisecond);
    wake(b);
    run_for(5 * millisecond);
    sleep();

    EXPECT_EQ(a.sched.statistics.runtime, 10 * millisecond);
    EXPECT_EQ(a.sched.statistics.voluntary, 1U);
    EXPECT_EQ(b.sched.statistics.wait_time, 5 * millisecond);
    EXPECT_EQ(queue_.statistics().switches, 2U);
}

TEST(TaskName, IsCutAtFifteenCharacters)
{
    Task task{1, "a-name-that-is-too-long", Policy::normal};
    EXPECT_EQ(task.name(), "a-name-that-is-");

    task.set_name("short");
    EXPECT_EQ(task.name(), "short");
}

} // namespace
