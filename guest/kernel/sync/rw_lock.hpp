#pragma once

#include "kernel/sync/spin_lock.hpp"

namespace kernel {

/// A spinning lock that many readers or one writer hold; preemption is off meanwhile. Whoever must wait queues by
/// ticket, readers and writers alike, so neither starves. A reader in an interrupt does not queue: it may have
/// interrupted a reader that a queued writer waits for. So readers in tasks need not mask interrupts, if interrupts
/// only read.
///
/// If interrupts read, writers mask them: IrqSafeRwLock. Interrupts do not write. Any context but NMI. Not recursive
/// for tasks. RCU is better wherever it will do.
class RwLock {
public:
    constexpr explicit RwLock(debug::LockSite site = debug::LockSite::here()) : map_{site} {}
    RwLock(const RwLock&) = delete;
    RwLock& operator=(const RwLock&) = delete;

    void lock_shared()
    {
        preempt::disable();
        debug::lock_acquire(map_, debug::LockMode::shared);
        if ((state_.add_fetch(one_reader, Order::acquire) & (writing | wanted)) != 0) [[unlikely]]
            lock_shared_contended();
    }
    void unlock_shared()
    {
        debug::lock_release(map_);
        state_.fetch_sub(one_reader, Order::release);
        preempt::enable();
    }
    void lock()
    {
        preempt::disable();
        debug::lock_acquire(map_);
        u32 free = 0;
        if (!state_.compare_exchange(free, writing, Order::acquire)) [[unlikely]]
            lock_contended();
    }
    void unlock()
    {
        debug::lock_release(map_);
        state_.fetch_and(~writing, Order::release);
        preempt::enable();
    }
    /// False, at once, when it would have to wait.
    bool try_lock_shared()
    {
        preempt::disable();
        if ((state_.add_fetch(one_reader, Order::acquire) & (writing | wanted)) == 0) {
            debug::lock_attempted(map_, debug::LockMode::shared);
            return true;
        }
        state_.fetch_sub(one_reader, Order::release);
        preempt::enable();
        return false;
    }
    bool try_lock()
    {
        preempt::disable();
        u32 free = 0;
        if (state_.compare_exchange(free, writing, Order::acquire)) {
            debug::lock_attempted(map_);
            return true;
        }
        preempt::enable();
        return false;
    }

    class Guard {
    public:
        explicit Guard(RwLock& lock) : lock_{lock} { lock_.lock(); }
        ~Guard() { lock_.unlock(); }
        Guard(const Guard&) = delete;
        Guard& operator=(const Guard&) = delete;

    private:
        RwLock& lock_;
    };
    class SharedGuard {
    public:
        explicit SharedGuard(RwLock& lock) : lock_{lock} { lock_.lock_shared(); }
        ~SharedGuard() { lock_.unlock_shared(); }
        SharedGuard(const SharedGuard&) = delete;
        SharedGuard& operator=(const SharedGuard&) = delete;

    private:
        RwLock& lock_;
    };

private:
    static constexpr u32 writing = 1;
    static constexpr u32 wanted = 2; ///< the writer whose turn it is waits for the readers to leave
    static constexpr u32 one_reader = 4;

    void wait_until_not(u32 bits)
    {
        while ((state_.load(Order::acquire) & bits) != 0)
            arch::relax();
    }
    void lock_shared_contended()
    {
        if (in_interrupt())
            return wait_until_not(writing);
        state_.fetch_sub(one_reader, Order::relaxed);
        const SpinLock::Guard turn{turns_};
        state_.fetch_add(one_reader, Order::relaxed);
        wait_until_not(writing); // no other writer can want it: it is our turn
    }
    void lock_contended()
    {
        const SpinLock::Guard turn{turns_};
        state_.fetch_or(wanted, Order::relaxed);
        u32 alone = wanted;
        while (!state_.compare_exchange(alone, writing, Order::acquire)) {
            alone = wanted;
            arch::relax();
        }
    }

    Atomic<u32> state_; ///< readers, and the flags above
    SpinLock turns_;    ///< held by the one whose turn it is to wait
    [[no_unique_address]] debug::LockMap map_;
};

/// An RwLock that interrupt handlers read.
class IrqSafeRwLock {
public:
    constexpr explicit IrqSafeRwLock(debug::LockSite site = debug::LockSite::here()) : lock_{site} {}

    class Guard {
    public:
        explicit Guard(IrqSafeRwLock& lock) : writing_{lock.lock_} {}

    private:
        arch::InterruptsOff interrupts_off_; ///< first in, last out
        RwLock::Guard writing_;
    };
    class SharedGuard : public RwLock::SharedGuard {
    public:
        explicit SharedGuard(IrqSafeRwLock& lock) : RwLock::SharedGuard{lock.lock_} {}
    };

private:
    RwLock lock_;
};

} // namespace kernel
