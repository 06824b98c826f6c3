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

/// What a wake-up tells beside that something happened: poll(2)'s events, as bits (fs/poll.hpp), for those who want to
/// hear of some only. A wait() hears them all.
using WakeEvents = u32;
inline constexpr WakeEvents any_event = ~WakeEvents{0};

/// A place in a wait queue whose owner is told of each wake-up, and stays until WaitQueue::remove() (Linux's
/// wait_queue_entry with a function): for who waits on several queues, and for who does something else than wake a
/// task. Its owner embeds it.
class WaitEntry {
public:
    /// Runs with the queue locked and interrupts masked, in the context of the waker: it does little, and must not
    /// touch this queue. False: the wake-up was of no use to an exclusive entry, and goes to the next.
    using Notify = bool (*)(WaitEntry&, WakeEvents);

    explicit WaitEntry(Notify notify, bool exclusive = false) : exclusive_{exclusive}, notify_{notify} {}
    WaitEntry(const WaitEntry&) = delete;
    WaitEntry& operator=(const WaitEntry&) = delete;

private:
    friend class WaitQueue;
    explicit WaitEntry(bool exclusive) : exclusive_{exclusive} {}

    const bool exclusive_;
    bool queued_ = false;     ///< in the queue; under its lock
    Notify notify_ = nullptr; ///< null: a Waiter, which its waker takes out
    ListHook hook_;
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
            if (how.state == TaskState::interruptible && !how.idle && waiter.task.signal_pending())
                return finish(waiter, WaitEnd::interrupted);
            if (!sched::schedule_until(how.deadline))
                return finish(waiter, condition() ? WaitEnd::condition : WaitEnd::timed_out);
        }
    }

    /// Wakes all waiters that are not exclusive, and the first that is.
    void wake_up(WakeEvents events = any_event) { wake_up_nr(1, events); }
    /// And the first `exclusive` that are.
    void wake_up_nr(unsigned exclusive, WakeEvents events = any_event);
    void wake_up_all(WakeEvents events = any_event) { wake_up_nr(~0U, events); }
    /// wake_up_nr() from within the Notify of an entry of another queue, `depth` of them deep.
    void wake_up_nested(unsigned depth, unsigned exclusive, WakeEvents events);

    /// Any context but NMI.
    void add(WaitEntry& entry);
    /// When it returns, the entry's Notify does not run, nor will it. Nothing for an entry that is not in the queue.
    /// Any context but NMI and the Notify itself.
    void remove(WaitEntry& entry);

    /// Whether anybody waits. A hint, unless the caller keeps waiters from coming, or has made its condition true with
    /// Order::seq_cst before: then a waiter that is not seen here has yet to look, and will see it.
    bool has_waiters() const { return waiting() != 0; }
    /// How many.
    u32 waiting() const { return waiting_.load(Order::seq_cst); }

private:
    /// A task's place in the queue, on its stack.
    struct Waiter : WaitEntry {
        explicit Waiter(bool alone) : WaitEntry{alone} {}
        Task& task = Task::current();
    };
    using Entries = List<WaitEntry, &WaitEntry::hook_>;

    void insert(Entries& entries, WaitEntry& entry);
    void erase(Entries& entries, WaitEntry& entry);
    void prepare(Waiter& waiter, TaskState state);
    WaitEnd finish(Waiter& waiter, WaitEnd end);
    void wake(Entries& entries, unsigned exclusive, WakeEvents events);
    bool notify(Entries& entries, WaitEntry& entry, WakeEvents events);

    Locked<Entries, IrqSafe> entries_;
    Atomic<u32> waiting_; ///< written under the lock: entries in the list
};

} // namespace kernel
