#pragma once

#include "arch/cpu.hpp"
#include "arch/interrupts.hpp"
#include "kernel/debug/lock_map.hpp"
#include "kernel/sync/atomic.hpp"
#include "kernel/sync/preempt.hpp"
#include "lib/types.hpp"

namespace kernel {

/// A ticket lock: CPUs get it in the order in which they asked. Its holder must not sleep.
///
/// Who else takes the lock decides how to take it; one lock may be taken in several ways, by the guards:
///
///   Guard       preemption is off. For a lock that neither interrupt handlers nor soft interrupts take, and for use in
///               them. Linux's spin_lock()
///   IrqGuard    interrupts are masked, which keeps preemption away as well and spares it the count. Needed wherever an
///               interrupt handler of this CPU may want the lock. Any context. Linux's spin_lock_irqsave()
///   MaskedGuard the same, for a caller that has masked interrupts already. Linux's raw_spin_lock() there
///
/// As the lock of a Locked: `SpinLock` for the first, `IrqSafe` for the second, `MaskedLock` for the third.
class SpinLock {
public:
    constexpr explicit SpinLock(debug::LockSite site = debug::LockSite::here()) : map_{site} {}
    SpinLock(const SpinLock&) = delete;
    SpinLock& operator=(const SpinLock&) = delete;

    void lock()
    {
        preempt::disable();
        acquire();
    }
    /// With another lock of this kind held: the order of the two is right by a rule of its users.
    void lock_nested()
    {
        preempt::disable();
        acquire(1);
    }
    /// False when somebody holds it.
    bool try_lock()
    {
        preempt::disable();
        const bool taken = try_acquire();
        if (!taken)
            preempt::enable();
        return taken;
    }
    void unlock()
    {
        release();
        preempt::enable();
    }
    /// For assertions: some CPU holds it.
    bool is_locked() const { return serving_.load(Order::relaxed) != next_.load(Order::relaxed); }

    class Guard {
    public:
        explicit Guard(SpinLock& lock) : lock_{lock} { lock_.lock(); }
        ~Guard() { lock_.unlock(); }
        Guard(const Guard&) = delete;
        Guard& operator=(const Guard&) = delete;

    private:
        SpinLock& lock_;
    };

    class IrqGuard {
    public:
        explicit IrqGuard(SpinLock& lock, u32 subclass = 0) : lock_{lock}, enabled_before_{arch::disable_interrupts()}
        {
            lock_.acquire(subclass);
        }
        ~IrqGuard()
        {
            lock_.release();
            if (!enabled_before_)
                return;
            arch::enable_interrupts();
            preempt::check_resched(); // for whoever was woken under the lock
        }
        IrqGuard(const IrqGuard&) = delete;
        IrqGuard& operator=(const IrqGuard&) = delete;

    private:
        SpinLock& lock_;
        bool enabled_before_;
    };

    class MaskedGuard {
    public:
        explicit MaskedGuard(SpinLock& lock, u32 subclass = 0) : lock_{lock} { lock_.acquire(subclass); }
        ~MaskedGuard() { lock_.release(); }
        MaskedGuard(const MaskedGuard&) = delete;
        MaskedGuard& operator=(const MaskedGuard&) = delete;

    private:
        SpinLock& lock_;
    };

private:
    /// `subclass`: see debug::lock_acquire.
    void acquire(u32 subclass = 0)
    {
        debug::lock_acquire(map_, debug::LockMode::exclusive, subclass);
        const u32 ticket = next_.fetch_add(1, Order::relaxed);
        // With the release of the holder before us: we see what it wrote.
        while (serving_.load(Order::acquire) != ticket)
            arch::relax();
    }
    bool try_acquire()
    {
        // Acquire, as above. If nobody has asked since, this is still the ticket being served.
        u32 ticket = serving_.load(Order::acquire);
        if (!next_.compare_exchange(ticket, ticket + 1, Order::relaxed))
            return false;
        debug::lock_attempted(map_);
        return true;
    }
    void release()
    {
        debug::lock_release(map_);
        serving_.store(serving_.load(Order::relaxed) + 1, Order::release);
    }

    Atomic<u32> next_;    ///< the next ticket to give out
    Atomic<u32> serving_; ///< the ticket that holds the lock; written by its holder only
    [[no_unique_address]] debug::LockMap map_;
};

/// A SpinLock that all its users take with interrupts masked.
class IrqSafe {
public:
    constexpr explicit IrqSafe(debug::LockSite site = debug::LockSite::here()) : lock_{site} {}

    class Guard : public SpinLock::IrqGuard {
    public:
        explicit Guard(IrqSafe& lock) : IrqGuard{lock.lock_} {}
    };
    /// For Locked::with_nested().
    class NestedGuard : public SpinLock::IrqGuard {
    public:
        explicit NestedGuard(IrqSafe& lock, u32 depth) : IrqGuard{lock.lock_, depth} {}
    };

private:
    SpinLock lock_;
};

/// A SpinLock that is taken only where interrupts are masked for more than its sake.
class MaskedLock {
public:
    constexpr explicit MaskedLock(debug::LockSite site = debug::LockSite::here()) : lock_{site} {}

    class Guard : public SpinLock::MaskedGuard {
    public:
        explicit Guard(MaskedLock& lock) : MaskedGuard{lock.lock_} {}
    };
    /// For Locked::with_nested().
    class NestedGuard : public SpinLock::MaskedGuard {
    public:
        explicit NestedGuard(MaskedLock& lock) : MaskedGuard{lock.lock_, 1} {}
    };

private:
    SpinLock lock_;
};

} // namespace kernel
