#include "tests/unit/guest_proc/one_cpu.hpp"

namespace {

using namespace test;

class DeadlineTasks : public OneCpu {};

TEST_F(DeadlineTasks, RunTheEarliestDeadlineFirst)
{
    Task& late = make_deadline("late", 10 * millisecond, 100 * millisecond, 100 * millisecond);
    Task& soon = make_deadline("soon", 10 * millisecond, 50 * millisecond, 50 * millisecond);
    wake(late);
    wake(soon);

    EXPECT_EQ(running(), "soon");
    sleep();
    EXPECT_EQ(running(), "late");
}

TEST_F(DeadlineTasks, AreThrottledWhenTheirRuntimeIsUsedUp)
{
    Task& hog = make_deadline("hog", 10 * millisecond, 100 * millisecond, 100 * millisecond);
    Task& fair = make("fair");
    wake(fair);
    wake(hog);

    run_for(10 * millisecond);
    EXPECT_EQ(running(), "fair");
    run_for(89 * millisecond);
    EXPECT_EQ(running(), "fair");
    run_for(millisecond);
    EXPECT_EQ(running(), "hog");
    run_for(900 * millisecond);
    EXPECT_EQ(ran(hog), 100 * millisecond);
}

/// Jobs that need all of their runtime, at the edge of what EDF can do: all of the CPU.
TEST_F(DeadlineTasks, MeetTheirDeadlinesUnderFullLoad)
{
    struct Job {
        Task* task;
        u64 runtime;
        u64 period;
    };
    std::vector<Job> jobs;
    for (const auto& [runtime, period] : {std::pair{10, 40}, {20, 80}, {30, 120}, {25, 100}})
        jobs.push_back({&make_deadline("job" + std::to_string(period), runtime * millisecond, period * millisecond,
                                       period * millisecond),
                        runtime * millisecond, period * millisecond});
    Task& fair = make("fair");
    wake(fair);
    for (const Job& job : jobs)
        wake(*job.task);

    for (u64 time = 0; time < 24'000 * millisecond; time += millisecond) {
        for (const Job& job : jobs)
            if (now() != 0 && now() % job.period == 0) {
                EXPECT_EQ(ran(*job.task), now() / job.period * job.runtime) << job.task->name() << " at " << now();
            }
        run_for(millisecond);
    }
    EXPECT_EQ(ran(fair), 0U);
}

TEST_F(DeadlineTasks, CannotMakeOthersLateByAskingForMoreThanTheirs)
{
    Task& greedy = make_deadline("greedy", 10 * millisecond, 50 * millisecond, 50 * millisecond);
    Task& modest = make_deadline("modest", 50 * millisecond, 100 * millisecond, 100 * millisecond);
    wake(greedy);
    wake(modest);

    run_for(10'000 * millisecond);

    EXPECT_EQ(ran(modest), 5'000 * millisecond);
    EXPECT_EQ(ran(greedy), 2'000 * millisecond);
}

TEST_F(DeadlineTasks, GetANewDeadlineWhenTheOldOneCannotBeKeptWithinTheirShare)
{
    Task& task = make_deadline("task", 10 * millisecond, 100 * millisecond, 100 * millisecond);
    wake(task);
    run_for(millisecond);
    sleep();
    const u64 first_deadline = task.sched.deadline.deadline;
    run_for(94 * millisecond);

    wake(task); // 9 ms of runtime left, 5 ms to the deadline

    EXPECT_GT(task.sched.deadline.deadline, first_deadline);
    EXPECT_EQ(task.sched.deadline.left, static_cast<i64>(10 * millisecond));
}

TEST_F(DeadlineTasks, KeepTheirDeadlineWhenTheyWakeInTime)
{
    Task& task = make_deadline("task", 10 * millisecond, 100 * millisecond, 100 * millisecond);
    wake(task);
    run_for(9 * millisecond);
    sleep();
    const u64 first_deadline = task.sched.deadline.deadline;
    run_for(10 * millisecond);

    wake(task);

    EXPECT_EQ(task.sched.deadline.deadline, first_deadline);
    EXPECT_EQ(task.sched.deadline.left, static_cast<i64>(millisecond));
}

TEST_F(DeadlineTasks, ThatYieldAreDoneForThePeriod)
{
    Task& task = make_deadline("task", 10 * millisecond, 100 * millisecond, 100 * millisecond);
    wake(task);
    run_for(millisecond);

    reschedule(Leave::yielding);
    EXPECT_EQ(running(), "idle");
    run_for(98 * millisecond);
    EXPECT_EQ(running(), "idle");
    run_for(millisecond);
    EXPECT_EQ(running(), "task");
    EXPECT_EQ(task.sched.deadline.left, static_cast<i64>(10 * millisecond));
}

TEST_F(DeadlineTasks, PayForAnOverrunInTheNextPeriod)
{
    Task& task = make_deadline("task", 10 * millisecond, 100 * millisecond, 100 * millisecond);
    wake(task);
    advance_to(15 * millisecond); // the timer is late
    run_for(100 * millisecond);

    EXPECT_EQ(ran(task), 20 * millisecond);
}

} // namespace
