#pragma once

#include "kernel/sync/grace_period.hpp"
#include "kernel/sync/preempt.hpp"

/// Read-copy-update: readers take no lock and write nothing; who replaces what they read waits until all that may have
/// seen the old before disposing of it.
///
/// A reader is any code that must not be preempted: between ReadLock's constructor and destructor, under a spin lock,
/// with interrupts masked, in an interrupt. It must not sleep. So a CPU that has switched tasks, returned to user mode,
/// or been idle since has no reader left from before; one that has been interrupted where the preemption count was
/// zero, neither. A grace period is over when that is so of every CPU. Idle CPUs are not woken for it, and CPUs that
/// are offline do not count. CPUs that do none of this for a tick are interrupted.
///
/// Callbacks run one after another, in the order of call(), in the soft interrupt `rcu`.
namespace kernel::rcu {

/// Nests. Any context but NMI.
class ReadLock {
private:
    preempt::Off preemption_off_;
};

/// A pointer that readers follow. What it points to is written before store().
template <typename T>
class Pointer {
public:
    constexpr Pointer() = default;
    constexpr explicit Pointer(T* pointer) : pointer_{pointer} {}

    /// By a reader; good as long as the reader lasts. Linux's rcu_dereference().
    T* load() const { return pointer_.load(Order::acquire); }
    /// By the writer, of whom there is one at a time. Linux's rcu_assign_pointer().
    void store(T* pointer) { pointer_.store(pointer, Order::release); }
    /// What was there before; to be disposed of after a grace period.
    T* exchange(T* pointer) { return pointer_.exchange(pointer, Order::acq_rel); }

private:
    Atomic<T*> pointer_;
};

/// Part of what is to be disposed of.
struct Head {
    Head* next = nullptr;
    void (*function)(Head&) = nullptr;
};

/// Has `function(head)` called after a grace period, in a soft interrupt. Any context but NMI.
void call(Head& head, void (*function)(Head&));
/// Returns after a grace period. Task context; may sleep.
void synchronize();
/// Returns when all callbacks have run that were handed to call() before. Task context; may sleep.
void barrier();
/// Grace periods that have ended.
u64 completed();

/// The scheduler's and the interrupt entry's part; interrupts masked.
namespace detail {
extern GracePeriod grace_period;
void report_quiescent();
} // namespace detail

/// No reader is on this CPU's stack: a context switch, or on the way out of an interrupt with a preemption count of
/// zero or to user mode.
inline void quiescent()
{
    if (detail::grace_period.pending() != 0) [[unlikely]]
        detail::report_quiescent();
}

/// Around an idle CPU's sleep, and for one that goes offline. After enter_idle() there may be a soft interrupt's thread
/// to run: the caller looks once more whether it should.
void enter_idle();
void exit_idle();
/// First in every interrupt: one that wakes an idle CPU may read.
void enter_interrupt();

} // namespace kernel::rcu
