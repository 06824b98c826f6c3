#include "kernel/sched/schedule.hpp"

#include <condition_variable>
#include <mutex>

/// A scheduler whose tasks are threads of the host: each thread of a test that may wait has a current task.
namespace kernel::sched {
namespace {
std::mutex mutex;
std::condition_variable woken;
} // namespace

void schedule()
{
    std::unique_lock lock{mutex};
    woken.wait(lock, [] { return Task::current().state() == TaskState::running; });
}

bool wake(Task& task)
{
    const std::lock_guard lock{mutex};
    if (task.state() == TaskState::running)
        return false;
    task.set_state(TaskState::running);
    woken.notify_all();
    return true;
}

} // namespace kernel::sched
