#include "kernel/sync/mutex.hpp"

namespace kernel {

/// Makes the caller the owner if there is none. Under the waiters' lock: only the lock-free paths can come in between.
bool Mutex::take()
{
    u64 word = word_.load(Order::relaxed);
    while ((word & held) == 0)
        if (word_.compare_exchange(word, word | self() | held, Order::acquire))
            return true;
    return false;
}

/// Or else has the owner's unlock() take notice of the waiters. Under their lock.
bool Mutex::take_or_announce()
{
    while (!take()) {
        u64 word = word_.load(Order::relaxed);
        if ((word & held) != 0 && word_.compare_exchange(word, word | contended, Order::relaxed))
            return false;
    }
    return true;
}

/// The waiter is out of the queue, by whatever way. Under the waiters' lock.
void Mutex::forget(WaiterList& waiters, Waiter& waiter)
{
    waiters.remove(waiter);
    word_.fetch_and(waiters.empty() ? ~(hand_over | contended) : ~hand_over, Order::relaxed);
}

bool Mutex::try_lock_slow()
{
    if (is_locked())
        return false;
    return waiters_.with([&](WaiterList&) { return take(); });
}

WaitEnd Mutex::lock_contended(const Wait& how)
{
    Waiter waiter;
    const bool taken = waiters_.with([&](WaiterList& waiters) {
        if (take_or_announce())
            return true;
        waiters.add(waiter);
        return false;
    });
    if (taken)
        return WaitEnd::condition;
    bool has_slept = false;
    const auto done = [&](WaiterList& waiters) {
        if (waiter.granted)
            return true;
        if (&waiters.front() == &waiter) {
            if (take()) {
                forget(waiters, waiter);
                return true;
            }
            if (has_slept) // and somebody came before us
                word_.fetch_or(hand_over, Order::relaxed);
        }
        has_slept = true;
        return false;
    };
    // Nobody is woken by one who gives up: it is not the first, or the mutex is held, and the unlock to come does that.
    return wait_in_list(waiters_, how, done, [&](WaiterList& waiters) { forget(waiters, waiter); });
}

void Mutex::unlock_contended()
{
    waiters_.with([&](WaiterList& waiters) {
        if ((word_.load(Order::relaxed) & hand_over) != 0) {
            const u64 next = reinterpret_cast<u64>(&waiters.front().task) | held;
            waiters.grant_first();
            word_.store(waiters.empty() ? next : next | contended, Order::release);
            return;
        }
        word_.fetch_and(contended, Order::release);
        if (!waiters.empty())
            sched::wake(waiters.front().task);
    });
}

} // namespace kernel
