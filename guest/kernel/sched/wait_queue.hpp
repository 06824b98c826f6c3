#pragma once

#include "kernel/sched/schedule.hpp"
#include "kernel/sync/spin_lock.hpp"
#include "lib/locked.hpp"

namespace kernel {

/// Tasks that wait for something to happen.
///
/// No wake-up is lost if whoever makes a condition true does so before it calls wake_one() or wake_all(): a waiter
/// enters the queue and its sleeping state first and looks at the condition then. Either it sees the condition true, or
/// the waker finds it in the queue; a wake-up between the look and schedule() makes schedule() return at once.
///
/// A waiter may go on, and whatever holds the queue may be freed, while the waker that made the condition true is still
/// on its way to wake_one(): who frees a queue makes sure that no waker is left.
///
/// Lock order: whatever the caller holds -> wait queue -> run queue. The condition is evaluated with no lock held; it
/// may take spin locks but must not sleep.
class WaitQueue {
public:
    /// Sleeps until `condition()` is true.
    template <typename Condition>
    void wait(Condition&& condition)
    {
        for (;;) {
            prepare();
            if (condition())
                break;
            sched::schedule();
        }
        finish();
    }

    /// Wakes the one that has waited longest; any context.
    void wake_one();
    void wake_all();

private:
    using Waiters = List<Task, &Task::wait_hook>;

    static void wake_first(Waiters& waiters);
    void prepare();
    void finish();

    Locked<Waiters, IrqSafe> waiters_;
};

} // namespace kernel
