#pragma once

#include "kernel/debug/checks.hpp"
#include "kernel/debug/lock_map.hpp"
#include "kernel/sync/waiter_list.hpp"

namespace kernel {

/// A lock that many readers or one writer hold, and whose waiters sleep: task context only. Not recursive, not for
/// readers either: a reader that asks again while a writer waits in between would wait for itself.
///
/// Strictly first come, first served, by hand-over: a reader that comes while anybody waits queues behind, so writers
/// do not starve, and readers next to each other in the queue go in together, so readers do not either.
///
/// Lock order: as Mutex.
class RwSemaphore {
public:
    explicit RwSemaphore(debug::LockSite site = debug::LockSite::here()) : map_{site} {}
    RwSemaphore(const RwSemaphore&) = delete;
    RwSemaphore& operator=(const RwSemaphore&) = delete;

    void lock_shared()
    {
        announce();
        if (!try_enter_shared()) [[unlikely]]
            static_cast<void>(lock_contended(Wait{}, true));
    }
    bool try_lock_shared() { return noted(try_enter_shared()); }
    void unlock_shared()
    {
        debug::lock_release(map_);
        if (leaves_work(count_.sub_fetch(one_reader, Order::release))) [[unlikely]]
            hand_over();
    }

    void lock()
    {
        announce();
        if (!try_enter()) [[unlikely]]
            static_cast<void>(lock_contended(Wait{}, false));
    }
    bool try_lock() { return noted(try_enter()); }
    void unlock()
    {
        debug::lock_release(map_);
        if (count_.sub_fetch(writer, Order::release) != 0) [[unlikely]]
            hand_over();
    }
    /// From writer to reader, with no other writer in between.
    void downgrade();

    /// EINTR when a signal comes first.
    Result<void> lock_shared_interruptible() { return interruptible(true); }
    Result<void> lock_interruptible() { return interruptible(false); }

    class Guard {
    public:
        explicit Guard(RwSemaphore& lock) : lock_{lock} { lock_.lock(); }
        ~Guard() { lock_.unlock(); }
        Guard(const Guard&) = delete;
        Guard& operator=(const Guard&) = delete;

    private:
        RwSemaphore& lock_;
    };
    class SharedGuard {
    public:
        explicit SharedGuard(RwSemaphore& lock) : lock_{lock} { lock_.lock_shared(); }
        ~SharedGuard() { lock_.unlock_shared(); }
        SharedGuard(const SharedGuard&) = delete;
        SharedGuard& operator=(const SharedGuard&) = delete;

    private:
        RwSemaphore& lock_;
    };

private:
    static constexpr u32 writer = 1;
    static constexpr u32 contended = 2; ///< there are waiters: nobody gets in but by their lock
    static constexpr u32 one_reader = 4;

    /// For lockdep: as readers queue behind writers, too, they can wait for one another like writers.
    void announce()
    {
        might_sleep();
        debug::lock_acquire(map_);
    }
    bool noted(bool taken)
    {
        if (taken)
            debug::lock_attempted(map_);
        return taken;
    }
    bool try_enter_shared();
    bool try_enter()
    {
        u32 free = 0;
        return count_.compare_exchange(free, writer, Order::acquire);
    }
    static bool leaves_work(u32 count) { return count == contended; }
    WaitEnd lock_contended(const Wait& how, bool shared);
    Result<void> interruptible(bool shared);
    bool take_or_announce(bool shared);
    void hand_over();
    void admit(WaiterList& waiters);

    Atomic<u32> count_; ///< readers, and the flags above
    Locked<WaiterList, IrqSafe> waiters_;
    [[no_unique_address]] debug::LockMap map_;
};

} // namespace kernel
