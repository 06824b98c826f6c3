#pragma once

#include "kernel/debug/checks.hpp"
#include "kernel/sched/schedule.hpp"
#include "kernel/sync/spin_lock.hpp"
#include "lib/locked.hpp"

namespace kernel {

/// How long to sleep, as what, and whose wake-ups count.
struct Wait {
    /// TaskState::interruptible: a signal ends the wait. TaskState::uninterruptible: it does not.
    TaskState state = TaskState::uninterruptible;
    /// Interruptible, but not ended by signals: Linux's TASK_IDLE, in which a thread may be for ever and not hang.
    bool idle = false;
    /// Only one of the exclusive waiters is woken at a time: for those of whom only one can go on.
    bool exclusive = false;
    /// Monotonic nanoseconds (arch::monotonic_nanoseconds) at which to give up.
    u64 deadline = sched::no_deadline;
};

/// How a wait ended.
enum class [[nodiscard]] WaitEnd{
    condition,   ///< what was waited for is there
    interrupted, ///< a signal is pending: -EINTR, or -ERESTARTSYS
    timed_out,
};

/// Tasks that wait for something to happen.
///
/// No wake-up is lost if whoever makes a condition true does so before it wakes the queue: a waiter enters the queue
/// and its sleeping state first and looks at the condition then. Either it sees the condition true, or the waker finds
/// it in the queue; a wake-up between the look and schedule() makes schedule() return at once.
///
/// Waiters that are not exclusive stand before those that are, so that one pass wakes all of the first and as many of
/// the second as asked for, the longest waiting exclusive one first. An exclusive waiter that was woken and yet leaves
/// for another reason (a signal, its deadline) passes the wake-up on.
///
/// A waiter may go on, and whatever holds the queue may be freed, while the waker that made the condition true is still
/// on its way to the queue: who frees a queue makes sure that no waker is left. Completion does.
///
/// wait() may sleep: task context, no spin lock held. Wake-ups: any context but NMI.
/// Lock order: whatever the caller holds -> wait queue -> run queue. The condition is evaluated with no lock held; it
/// may take spin locks but must not sleep.
class WaitQueue {
public:
    /// Sleeps until `condition()` is true, whatever happens, and however long it takes: for who waits for work.
    template <typename Condition>
    void wait(Condition&& condition)
    {
        constexpr Wait idle{.state = TaskState::interruptible, .idle = true};
        static_cast<void>(wait(idle, static_cast<Condition&&>(condition)));
    }

    /// Sleeps until `condition()` is true, or one of the other things that `how` allows.
    template <typename Condition>
    WaitEnd wait(const Wait& how, Condition&& condition)
    {
        might_sleep();
        if (condition())
            return WaitEnd::condition;
        Waiter waiter{how.exclusive};
        for (;;) {
            prepare(waiter, how.state);
            if (condition())
                return finish(waiter, WaitEnd::condition);
            if (how.state == TaskState::interruptible && !how.idle && Task::current().signal_pending())
                return finish(waiter, WaitEnd::interrupted);
            if (!sched::schedule_until(how.deadline))
                return finish(waiter, condition() ? WaitEnd::condition : WaitEnd::timed_out);
        }
    }

    /// Wakes all waiters that are not exclusive, and the first that is.
    void wake_up() { wake_up_nr(1); }
    /// And the first `exclusive` that are.
    void wake_up_nr(unsigned exclusive);
    void wake_up_all() { wake_up_nr(~0U); }

    /// Whether anybody waits. A hint, unless the caller keeps waiters from coming, or has made its condition true with
    /// Order::seq_cst before: then a waiter that is not seen here has yet to look, and will see it.
    bool has_waiters() const { return waiting() != 0; }
    /// How many.
    u32 waiting() const { return waiting_.load(Order::seq_cst); }

private:
    /// A task's place in the queue, on its stack.
    struct Waiter {
        explicit Waiter(bool alone) : exclusive{alone} {}
        Task& task = Task::current();
        const bool exclusive;
        bool queued = false; ///< in the queue; under its lock. A waker takes it out
        ListHook hook;
    };
    using Waiters = List<Waiter, &Waiter::hook>;

    void prepare(Waiter& waiter, TaskState state);
    WaitEnd finish(Waiter& waiter, WaitEnd end);
    void wake_first(Waiters& waiters);

    Locked<Waiters, IrqSafe> waiters_;
    Atomic<u32> waiting_; ///< written under the lock: entries in the list
};

} // namespace kernel
