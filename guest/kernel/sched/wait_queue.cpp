#include "kernel/sched/wait_queue.hpp"

namespace kernel {

void WaitQueue::insert(Entries& entries, WaitEntry& entry)
{
    entry.queued_ = true;
    if (entry.exclusive_)
        entries.push_back(entry);
    else
        entries.push_front(entry);
    waiting_.fetch_add(1, Order::seq_cst);
}

void WaitQueue::erase(Entries& entries, WaitEntry& entry)
{
    entries.erase(entries.iterator_to(entry));
    waiting_.fetch_sub(1, Order::relaxed);
    entry.queued_ = false;
}

void WaitQueue::add(WaitEntry& entry)
{
    entries_.with([&](Entries& entries) { insert(entries, entry); });
}

void WaitQueue::remove(WaitEntry& entry)
{
    entries_.with([&](Entries& entries) {
        if (entry.queued_)
            erase(entries, entry);
    });
}

void WaitQueue::prepare(Waiter& waiter, TaskState state)
{
    entries_.with([&](Entries& entries) {
        if (!waiter.queued_)
            insert(entries, waiter);
        waiter.task.set_state(state);
    });
}

WaitEnd WaitQueue::finish(Waiter& waiter, WaitEnd end)
{
    // The lock is taken even by a waiter that is out of the queue: its waker may still be at work on its task.
    entries_.with([&](Entries& entries) {
        if (waiter.queued_)
            erase(entries, waiter);
        else if (waiter.exclusive_ && end != WaitEnd::condition)
            wake(entries, 1, any_event);
    });
    waiter.task.set_state(TaskState::running);
    return end;
}

bool WaitQueue::notify(Entries& entries, WaitEntry& entry, WakeEvents events)
{
    if (entry.notify_ != nullptr)
        return entry.notify_(entry, events);
    erase(entries, entry);
    sched::wake(static_cast<Waiter&>(entry).task); // the entry may be gone only when its task gets the lock
    return true;
}

void WaitQueue::wake(Entries& entries, unsigned exclusive, WakeEvents events)
{
    for (auto next = entries.begin(); next != entries.end();) {
        WaitEntry& entry = *next++; // it may leave the queue
        const bool alone = entry.exclusive_;
        if (alone && exclusive == 0)
            return;
        if (notify(entries, entry, events) && alone)
            --exclusive;
    }
}

void WaitQueue::wake_up_nr(unsigned exclusive, WakeEvents events)
{
    entries_.with([&](Entries& entries) { wake(entries, exclusive, events); });
}

void WaitQueue::wake_up_nested(unsigned depth, unsigned exclusive, WakeEvents events)
{
    entries_.with_nested(depth, [&](Entries& entries) { wake(entries, exclusive, events); });
}

} // namespace kernel
