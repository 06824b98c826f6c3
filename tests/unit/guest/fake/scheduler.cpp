#include "kernel/sched/schedule.hpp"

#include <thread>

/// A task is a thread of the test. It does not sleep: it looks again and again whether it may go on.
namespace kernel::sched {

void schedule() { std::this_thread::yield(); }

void preempt_schedule() {}

bool wake(Task& task)
{
    task.set_state(TaskState::running);
    return true;
}

} // namespace kernel::sched
