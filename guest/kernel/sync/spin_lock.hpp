#pragma once

#include "arch/cpu.hpp"
#include "arch/interrupts.hpp"
#include "lib/types.hpp"

namespace kernel {

/// A ticket lock: CPUs get it in the order in which they asked. Hold it with interrupts masked, so that its holder is
/// neither interrupted nor preempted: take it inside an IrqSafe lock or an interrupt handler, or take an IrqSafe.
class SpinLock {
public:
    constexpr SpinLock() = default;
    SpinLock(const SpinLock&) = delete;
    SpinLock& operator=(const SpinLock&) = delete;

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
    u32 next_ = 0;    ///< the next ticket to give out
    u32 serving_ = 0; ///< the ticket that holds the lock; written by its holder only
};

/// A spin lock for any context: interrupts of this CPU are masked while it is held.
class IrqSafe {
public:
    class Guard {
    public:
        explicit Guard(IrqSafe& lock) : spinning_{lock.lock_} {}

    private:
        arch::InterruptsOff interrupts_off_; ///< first in, last out
        SpinLock::Guard spinning_;
    };

private:
    SpinLock lock_;
};

} // namespace kernel
