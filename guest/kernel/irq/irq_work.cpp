#include "kernel/irq/irq_work.hpp"

#include "arch/cpu.hpp"
#include "arch/interrupts.hpp"
#include "kernel/sync/preempt.hpp"

#include <array>

namespace kernel {
namespace {

/// The newest first. Pushed to by its CPU, in any context, and emptied by it: the only one that can come between is an
/// NMI, which pushes.
constinit std::array<IrqWork*, arch::max_cpus> queues{};

} // namespace

bool IrqWork::queue()
{
    if ((__atomic_fetch_or(&flags_, pending | busy, __ATOMIC_ACQ_REL) & pending) != 0)
        return false;
    if (in_nmi()) { // which must not unmask interrupts
        push();
    } else {
        const arch::InterruptsOff off; // stay here
        push();
    }
    return true;
}

void IrqWork::push()
{
    IrqWork*& head = queues[arch::cpu_id()];
    IrqWork* first = __atomic_load_n(&head, __ATOMIC_RELAXED);
    do
        next_ = first;
    while (!__atomic_compare_exchange_n(&head, &first, this, false, __ATOMIC_RELEASE, __ATOMIC_RELAXED));
    if (first == nullptr) // whoever was first has had the CPU interrupted
        arch::send_interrupt_to_self(arch::irq_work_vector);
}

void IrqWork::run_queued()
{
    IrqWork* newest = __atomic_exchange_n(&queues[arch::cpu_id()], nullptr, __ATOMIC_ACQUIRE);
    IrqWork* oldest = nullptr;
    while (newest != nullptr) { // in the order in which they were queued
        IrqWork* const next = newest->next_;
        newest->next_ = oldest;
        oldest = newest;
        newest = next;
    }
    while (oldest != nullptr) {
        IrqWork& work = *oldest;
        oldest = work.next_;
        __atomic_and_fetch(&work.flags_, ~pending, __ATOMIC_ACQ_REL); // from here on it may be queued anew
        work.function_(work);
        u32 done = busy;
        __atomic_compare_exchange_n(&work.flags_, &done, 0, false, __ATOMIC_RELEASE, __ATOMIC_RELAXED);
    }
}

void IrqWork::synchronize() const
{
    while ((__atomic_load_n(&flags_, __ATOMIC_ACQUIRE) & busy) != 0)
        arch::relax();
}

} // namespace kernel
