#include "kernel/sync/rw_semaphore.hpp"

namespace kernel {

bool RwSemaphore::try_enter_shared()
{
    u32 count = count_.load(Order::relaxed);
    while ((count & (writer | contended)) == 0)
        if (count_.compare_exchange(count, count + one_reader, Order::acquire))
            return true;
    return false;
}

/// Under the waiters' lock.
bool RwSemaphore::take_or_announce(bool shared)
{
    u32 count = count_.load(Order::relaxed);
    for (;;) {
        const bool free = shared ? (count & (writer | contended)) == 0 : count == 0;
        const u32 taken = shared ? count + one_reader : writer;
        if (count_.compare_exchange(count, free ? taken : count | contended, Order::acquire))
            return free;
    }
}

WaitEnd RwSemaphore::lock_contended(const Wait& how, bool shared)
{
    Waiter waiter{shared};
    const bool taken = waiters_.with([&](WaiterList& waiters) {
        if (take_or_announce(shared))
            return true;
        waiters.add(waiter);
        return false;
    });
    if (taken)
        return WaitEnd::condition;
    return wait_until_granted(waiters_, waiter, how, [&](WaiterList& waiters) {
        waiters.remove(waiter);
        admit(waiters); // a writer that gives up may have kept readers behind it from joining those inside
    });
}

Result<void> RwSemaphore::interruptible(bool shared)
{
    announce();
    if (shared ? try_enter_shared() : try_enter())
        return {};
    if (lock_contended(Wait{.state = TaskState::interruptible}, shared) != WaitEnd::interrupted)
        return {};
    debug::lock_release(map_);
    return Errno::eintr;
}

/// Lets in who may go in now, under the waiters' lock. While there are waiters nobody else comes in, readers may leave.
void RwSemaphore::admit(WaiterList& waiters)
{
    while (!waiters.empty()) {
        const u32 count = count_.load(Order::acquire); // with unlock's release, passed on to the waiter by the lock
        const bool reader = waiters.front().reader;
        if ((count & writer) != 0 || (!reader && count != contended))
            return;
        count_.fetch_add(reader ? one_reader : writer, Order::relaxed);
        waiters.grant_first();
    }
    count_.fetch_and(~contended, Order::relaxed);
}

void RwSemaphore::hand_over()
{
    waiters_.with([&](WaiterList& waiters) { admit(waiters); });
}

void RwSemaphore::downgrade()
{
    if ((count_.add_fetch(one_reader - writer, Order::release) & contended) != 0)
        hand_over();
}

} // namespace kernel
