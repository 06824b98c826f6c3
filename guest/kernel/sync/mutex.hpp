#pragma once

#include "kernel/debug/checks.hpp"
#include "kernel/debug/lock_map.hpp"
#include "kernel/sync/waiter_list.hpp"

namespace kernel {

/// A lock whose waiters sleep: for task context only, and for what may itself sleep (copying from users, waiting for
/// I/O). Not recursive; whoever has locked it unlocks it. Use it as the lock of a Locked.
///
/// Waiters queue. A newcomer may still get ahead of the first of them while that one is being woken, which keeps the
/// lock busy, but only once: a waiter that wakes to find the mutex taken again has it handed over at the next unlock.
/// So none starves. There is no spinning while the owner runs: its CPU may itself be a thread of the host that waits.
///
/// Lock order: before any spin lock; among mutexes as their users say. Inside: its waiters' lock -> run queue.
class Mutex {
public:
    explicit Mutex(debug::LockSite site = debug::LockSite::here()) : map_{site} {}
    Mutex(const Mutex&) = delete;
    Mutex& operator=(const Mutex&) = delete;

    /// `depth`: of locks of this class, one inside the other, in an order that their users know.
    void lock(u32 depth = 0)
    {
        might_sleep();
        debug::lock_acquire(map_, debug::LockMode::exclusive, depth);
        if (!try_lock_fast()) [[unlikely]]
            static_cast<void>(lock_contended(Wait{}));
    }
    /// EINTR when a signal comes first.
    Result<void> lock_interruptible()
    {
        might_sleep();
        debug::lock_acquire(map_);
        if (try_lock_fast() || lock_contended(Wait{.state = TaskState::interruptible}) != WaitEnd::interrupted)
            return {};
        debug::lock_release(map_);
        return Errno::eintr;
    }
    /// Never sleeps. False when somebody holds it.
    bool try_lock()
    {
        const bool taken = try_lock_fast() || try_lock_slow();
        if (taken)
            debug::lock_attempted(map_);
        return taken;
    }
    void unlock()
    {
        debug::lock_release(map_);
        u64 mine = self() | held;
        if (!word_.compare_exchange(mine, 0, Order::release)) [[unlikely]]
            unlock_contended();
    }

    bool is_locked() const { return (word_.load(Order::relaxed) & held) != 0; }
    bool is_mine() const { return (word_.load(Order::relaxed) & ~(contended | hand_over)) == (self() | held); }

    class Guard {
    public:
        explicit Guard(Mutex& mutex) : mutex_{mutex} { mutex_.lock(); }
        ~Guard() { mutex_.unlock(); }
        Guard(const Guard&) = delete;
        Guard& operator=(const Guard&) = delete;

    private:
        Mutex& mutex_;
    };
    /// For Locked::with_nested().
    class NestedGuard {
    public:
        NestedGuard(Mutex& mutex, u32 depth) : mutex_{mutex} { mutex_.lock(depth); }
        ~NestedGuard() { mutex_.unlock(); }
        NestedGuard(const NestedGuard&) = delete;
        NestedGuard& operator=(const NestedGuard&) = delete;

    private:
        Mutex& mutex_;
    };

private:
    static constexpr u64 held = 1;
    static constexpr u64 contended = 2; ///< there are waiters: the word changes under their lock only
    static constexpr u64 hand_over = 4; ///< the next unlock gives the mutex to the first waiter

    /// Zero before there is a scheduler, where nobody competes.
    static u64 self() { return reinterpret_cast<u64>(arch::current_task()); }

    bool try_lock_fast()
    {
        u64 free = 0;
        return word_.compare_exchange(free, self() | held, Order::acquire);
    }
    bool try_lock_slow();
    WaitEnd lock_contended(const Wait& how);
    void unlock_contended();
    bool take();
    bool take_or_announce();
    void forget(WaiterList& waiters, Waiter& waiter);

    Atomic<u64> word_; ///< the owner's Task, and the flags above
    Locked<WaiterList, IrqSafe> waiters_;
    [[no_unique_address]] debug::LockMap map_;
};
static_assert(alignof(Task) >= 8, "the word's flags");

} // namespace kernel
