#pragma once

#include "kernel/irq/softirq.hpp"
#include "kernel/sync/spin_lock.hpp"

namespace kernel {

/// A SpinLock that tasks share with soft interrupts, and with no hard one: all its users take it with soft interrupts
/// disabled, which keeps preemption away as well, and hard interrupts come as ever. Linux's spin_lock_bh(). Task
/// context or a soft interrupt, interrupts enabled. As the lock of a Locked.
class BottomHalfSafe {
public:
    constexpr explicit BottomHalfSafe(debug::LockSite site = debug::LockSite::here()) : lock_{site} {}

    class Guard {
    public:
        explicit Guard(BottomHalfSafe& lock) : held_{lock.lock_} {}

    private:
        softirq::Disabled disabled_; ///< first, and enabled last: what came meanwhile may want the lock
        SpinLock::MaskedGuard held_;
    };

private:
    SpinLock lock_;
};

} // namespace kernel
