#pragma once

#include "kernel/sched/wait_queue.hpp"
#include "lib/intrusive.hpp"

namespace kernel {

/// A task that waits to be given something; on its stack. Protected by the lock of whoever has the list.
struct Waiter {
    explicit Waiter(bool reads = false) : reader{reads} {}

    Task& task = Task::current();
    const bool reader;    ///< for locks that let several readers in
    bool granted = false; ///< it has been given what it waits for, and is out of the list
    ListHook hook;
};

/// Tasks that wait to be given something, first come, first served: what sleeping locks are made of. To grant is to
/// make the waiter the owner and then wake it, so that nobody comes in between.
///
/// Not locked: it is part of what its owner protects with an IrqSafe lock. A waiter looks at `granted` under that lock
/// only, and so cannot be gone while the one who grants is still busy with it.
class WaiterList {
public:
    bool empty() const { return waiters_.empty(); }
    Waiter& front() { return waiters_.front(); }
    void add(Waiter& waiter) { waiters_.push_back(waiter); }
    void remove(Waiter& waiter) { waiters_.erase(waiters_.iterator_to(waiter)); }

    void grant_first()
    {
        Waiter& waiter = waiters_.front();
        waiters_.pop_front();
        waiter.granted = true;
        sched::wake(waiter.task);
    }

private:
    List<Waiter, &Waiter::hook> waiters_;
};

/// Sleeps until `done(State&)`, called with the lock held, is true; or gives up for one of the reasons that `how` has:
/// then `give_up(State&)`, still under that lock, takes the waiter out of its list. Task context.
template <typename State, typename Done, typename GiveUp>
WaitEnd wait_in_list(Locked<State, IrqSafe>& locked, const Wait& how, Done&& done, GiveUp&& give_up)
{
    Task& task = Task::current();
    bool past_deadline = false;
    for (;;) {
        WaitEnd end = WaitEnd::condition;
        const bool goes_on = locked.with([&](State& state) {
            if (done(state))
                return false;
            task.set_state(how.state); // before the look at signal_pending()
            const bool interrupted = how.state == TaskState::interruptible && task.signal_pending();
            if (!interrupted && !past_deadline)
                return true;
            task.set_state(TaskState::running);
            end = interrupted ? WaitEnd::interrupted : WaitEnd::timed_out;
            give_up(state);
            return false;
        });
        if (!goes_on)
            return end;
        past_deadline = !sched::schedule_until(how.deadline);
    }
}

/// The same for a waiter that somebody else grants what it waits for.
template <typename State, typename GiveUp>
WaitEnd wait_until_granted(Locked<State, IrqSafe>& locked, const Waiter& waiter, const Wait& how, GiveUp&& give_up)
{
    return wait_in_list(
        locked, how, [&](State&) { return waiter.granted; }, static_cast<GiveUp&&>(give_up));
}

} // namespace kernel
