#pragma once

#include "arch/preempt.hpp"
#include "lib/types.hpp"

namespace kernel {
namespace sched {
/// Lets another task run if this one should give way and may: for who finds the first and does not know the second.
void preempt_schedule();
} // namespace sched

/// Whether the code that runs may be preempted, and what kind of code it is, in one number for each CPU, with Linux's
/// layout (include/linux/preempt.h):
///
///     bits  0- 7  how often preemption has been disabled: spin locks, RCU readers
///     bits  8-15  soft interrupts: bit 8 while one is served, the rest how often they have been disabled, by twos
///     bits 16-19  hard interrupts being served
///     bits 20-23  NMIs being served
///
/// The count belongs to the CPU, not to the task, and yet follows the task: a CPU switches tasks only when the count is
/// zero, so there is nothing to save. Interrupts that come while it is not zero leave it as they find it.
///
/// Masked interrupts (arch::InterruptsOff) keep the task on its CPU as well; the count does not show them.
namespace preempt {

inline constexpr u32 softirq_shift = 8;
inline constexpr u32 hardirq_shift = 16;
inline constexpr u32 nmi_shift = 20;
inline constexpr u32 preempt_offset = 1;
inline constexpr u32 softirq_offset = 1U << softirq_shift;
inline constexpr u32 softirq_disable_offset = 2 * softirq_offset;
inline constexpr u32 hardirq_offset = 1U << hardirq_shift;
inline constexpr u32 nmi_offset = 1U << nmi_shift;
inline constexpr u32 preempt_mask = 0xff;
inline constexpr u32 softirq_mask = 0xffU << softirq_shift;
inline constexpr u32 hardirq_mask = 0xfU << hardirq_shift;
inline constexpr u32 nmi_mask = 0xfU << nmi_shift;

inline u32 count() { return arch::preempt_count(); }

/// Nests.
inline void disable() { arch::add_to_preempt_count(preempt_offset); }

/// Where the count is zero again, whoever has been made to wait gets the CPU, unless interrupts are masked.
inline void enable()
{
    if (arch::subtract_from_preempt_count(preempt_offset) && arch::need_resched()) [[unlikely]]
        sched::preempt_schedule();
}

/// For a caller that gives the CPU away itself, right after.
inline void enable_without_resched() { arch::subtract_from_preempt_count(preempt_offset); }

/// A preemption point: for who has just unmasked interrupts.
inline void check_resched()
{
    if (arch::need_resched()) [[unlikely]]
        sched::preempt_schedule();
}

/// Not preempted, and on the same CPU, for the lifetime of the object.
class Off {
public:
    Off() { disable(); }
    ~Off() { enable(); }
    Off(const Off&) = delete;
    Off& operator=(const Off&) = delete;
};

/// Around the service of a hard interrupt, interrupts masked, and of an NMI. On the way out nothing is done for those
/// who wait: the caller has soft interrupts to run first, and the scheduler has before_kernel_return().
inline void irq_enter() { arch::add_to_preempt_count(hardirq_offset); }
inline void irq_exit() { arch::subtract_from_preempt_count(hardirq_offset); }
inline void nmi_enter() { arch::add_to_preempt_count(nmi_offset + hardirq_offset); }
inline void nmi_exit() { arch::subtract_from_preempt_count(nmi_offset + hardirq_offset); }

} // namespace preempt

inline bool in_hardirq() { return (preempt::count() & preempt::hardirq_mask) != 0; }
/// Serves a soft interrupt, or has disabled them.
inline bool in_softirq() { return (preempt::count() & preempt::softirq_mask) != 0; }
inline bool in_serving_softirq() { return (preempt::count() & preempt::softirq_offset) != 0; }
inline bool in_nmi() { return (preempt::count() & preempt::nmi_mask) != 0; }
/// Not a task's own doing: hard or soft interrupt or NMI, or soft interrupts disabled.
inline bool in_interrupt()
{
    return (preempt::count() & (preempt::nmi_mask | preempt::hardirq_mask | preempt::softirq_mask)) != 0;
}
/// In a task, neither in an interrupt nor with soft interrupts disabled.
inline bool in_task()
{
    return (preempt::count() & (preempt::nmi_mask | preempt::hardirq_mask | preempt::softirq_offset)) == 0;
}
/// Must not sleep. Code that has only masked interrupts is not known by this; it must not sleep either.
inline bool in_atomic() { return preempt::count() != 0; }

} // namespace kernel
