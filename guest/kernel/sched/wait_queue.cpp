#include "kernel/sched/wait_queue.hpp"

#include <utility>

namespace kernel {

void WaitQueue::prepare()
{
    Task& task = Task::current();
    waiters_.with([&](Waiters& waiters) {
        if (!std::exchange(task.waiting, true))
            waiters.push_back(task);
        task.set_state(TaskState::interruptible);
    });
}

void WaitQueue::finish()
{
    Task& task = Task::current();
    waiters_.with([&](Waiters& waiters) {
        if (std::exchange(task.waiting, false))
            waiters.erase(waiters.iterator_to(task));
        task.set_state(TaskState::running);
    });
}

void WaitQueue::wake_first(Waiters& waiters)
{
    Task& task = waiters.front();
    waiters.pop_front();
    task.waiting = false;
    sched::wake(task);
}

void WaitQueue::wake_one()
{
    waiters_.with([](Waiters& waiters) {
        if (!waiters.empty())
            wake_first(waiters);
    });
}

void WaitQueue::wake_all()
{
    waiters_.with([](Waiters& waiters) {
        while (!waiters.empty())
            wake_first(waiters);
    });
}

} // namespace kernel
