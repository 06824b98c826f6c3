#include "kernel/sched/wait_queue.hpp"

namespace kernel {

void WaitQueue::prepare(Waiter& waiter, TaskState state)
{
    waiters_.with([&](Waiters& waiters) {
        if (!waiter.queued) {
            waiter.queued = true;
            if (waiter.exclusive)
                waiters.push_back(waiter);
            else
                waiters.push_front(waiter);
            waiting_.fetch_add(1, Order::seq_cst);
        }
        waiter.task.set_state(state);
    });
}

WaitEnd WaitQueue::finish(Waiter& waiter, WaitEnd end)
{
    // The lock is taken even by a waiter that is out of the queue: its waker may still be at work on its task.
    waiters_.with([&](Waiters& waiters) {
        if (waiter.queued) {
            waiters.erase(waiters.iterator_to(waiter));
            waiting_.fetch_sub(1, Order::relaxed);
        } else if (waiter.exclusive && end != WaitEnd::condition && !waiters.empty()) {
            wake_first(waiters);
        }
    });
    waiter.task.set_state(TaskState::running);
    return end;
}

void WaitQueue::wake_first(Waiters& waiters)
{
    Waiter& waiter = waiters.front();
    waiters.pop_front();
    waiting_.fetch_sub(1, Order::relaxed);
    waiter.queued = false;
    sched::wake(waiter.task);
}

void WaitQueue::wake_up_nr(unsigned exclusive)
{
    waiters_.with([&](Waiters& waiters) {
        while (!waiters.empty()) {
            if (waiters.front().exclusive && exclusive-- == 0)
                return;
            wake_first(waiters);
        }
    });
}

} // namespace kernel
