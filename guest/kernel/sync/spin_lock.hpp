#pragma once

#include "arch/cpu.hpp"
#include "arch/interrupts.hpp"
#include "kernel/sync/preempt.hpp"
#include "lib/types.hpp"

namespace kernel {

/// The ticket lock in all spin locks: CPUs get it in the order in which they asked. It says nothing of preemption or
/// interrupts, which its holder must keep away in one way or another: use one of the locks below.
class TicketLock {
public:
    constexpr TicketLock() = default;
    TicketLock(const TicketLock&) = delete;
    TicketLock& operator=(const TicketLock&) = delete;

    void lock()
    {
        const u32 ticket = __atomic_fetch_add(&next_, 1, __ATOMIC_RELAXED);
        // Acquire, with the release of the holder before us: we see what it wrote.
        while (__atomic_load_n(&serving_, __ATOMIC_ACQUIRE) != ticket)
            arch::relax();
    }
    /// False when somebody holds it.
    bool try_lock()
    {
        u32 ticket = __atomic_load_n(&serving_, __ATOMIC_ACQUIRE);
        return __atomic_compare_exchange_n(&next_, &ticket, ticket + 1, false, __ATOMIC_ACQUIRE, __ATOMIC_RELAXED);
    }
    void unlock() { __atomic_store_n(&serving_, serving_ + 1, __ATOMIC_RELEASE); }
    /// For assertions: some CPU holds it.
    bool is_locked() const
    {
        return __atomic_load_n(&serving_, __ATOMIC_RELAXED) != __atomic_load_n(&next_, __ATOMIC_RELAXED);
    }

private:
    u32 next_ = 0;    ///< the next ticket to give out
    u32 serving_ = 0; ///< the ticket that holds the lock; written by its holder only
};

/// A spin lock for what no interrupt handler and no soft interrupt takes: its holder is not preempted, but interrupted.
/// Any context but those. Linux's spin_lock().
class SpinLock {
public:
    constexpr SpinLock() = default;

    void lock()
    {
        preempt::disable();
        ticket_.lock();
    }
    bool try_lock()
    {
        preempt::disable();
        const bool taken = ticket_.try_lock();
        if (!taken)
            preempt::enable();
        return taken;
    }
    void unlock()
    {
        ticket_.unlock();
        preempt::enable();
    }
    bool is_locked() const { return ticket_.is_locked(); }

    class Guard {
    public:
        explicit Guard(SpinLock& lock) : lock_{lock} { lock_.lock(); }
        ~Guard() { lock_.unlock(); }
        Guard(const Guard&) = delete;
        Guard& operator=(const Guard&) = delete;

    private:
        SpinLock& lock_;
    };

private:
    TicketLock ticket_;
};

/// A spin lock for any context: interrupts of this CPU are masked while it is held, which keeps preemption away as well
/// and spares it the count. Linux's spin_lock_irqsave().
class IrqSafe {
public:
    constexpr IrqSafe() = default;

    class Guard {
    public:
        explicit Guard(IrqSafe& lock) : lock_{lock}, enabled_before_{arch::disable_interrupts()}
        {
            lock_.ticket_.lock();
        }
        ~Guard()
        {
            lock_.ticket_.unlock();
            if (!enabled_before_)
                return;
            arch::enable_interrupts();
            preempt::check_resched(); // whoever was woken under the lock
        }
        Guard(const Guard&) = delete;
        Guard& operator=(const Guard&) = delete;

    private:
        IrqSafe& lock_;
        bool enabled_before_;
    };

private:
    TicketLock ticket_;
};

} // namespace kernel
