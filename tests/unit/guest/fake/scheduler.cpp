#include "kernel/sched/schedule.hpp"

#include "arch/clock.hpp"

#include <thread>

/// A task is a thread of the test. It sleeps as a task does, until somebody wakes it: a lost wake-up hangs the test.
namespace kernel::sched {
namespace {

bool is_asleep(TaskState state) { return state == TaskState::interruptible || state == TaskState::uninterruptible; }

} // namespace

void schedule()
{
    while (is_asleep(Task::current().state()))
        std::this_thread::yield();
}

bool schedule_until(u64 deadline)
{
    Task& task = Task::current();
    while (is_asleep(task.state())) {
        if (arch::monotonic_nanoseconds() >= deadline) {
            task.set_state(TaskState::running);
            return false;
        }
        std::this_thread::yield();
    }
    return true;
}

void preempt_schedule() {}

bool wake(Task& task)
{
    if (!is_asleep(task.state()))
        return false;
    task.set_state(TaskState::running);
    return true;
}

void interrupt(Task& task)
{
    task.set_signal_pending(true);
    if (task.state() == TaskState::interruptible)
        wake(task);
}

} // namespace kernel::sched
