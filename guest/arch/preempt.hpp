#pragma once

#include "lib/types.hpp"

#if VITRINE_GUEST
#include "arch/x86_64/preempt.hpp"
#endif

/// Things that each CPU keeps in its per-CPU data because they are asked for all the time: how deep it is in code that
/// must not be preempted, whether its task should give way, and which soft interrupts wait. Each access is one
/// instruction on the machine, and stops the compiler from moving memory accesses across it. What they mean is
/// kernel/sync/preempt.hpp's.
namespace arch {

#if !VITRINE_GUEST
u32 preempt_count();
void add_to_preempt_count(u32 amount);
/// True when the count is zero now.
bool subtract_from_preempt_count(u32 amount);

/// Whether this CPU's task should give way at the next opportunity.
bool need_resched();
void clear_need_resched();

/// This CPU's soft interrupts that are to be served (kernel/irq/softirq.hpp), a bit each.
u32 softirq_pending();
void add_softirq_pending(u32 mask);
void clear_softirq_pending();
#endif

/// For any CPU, from any CPU. Whoever sets it for another makes sure that it looks (arch::send_reschedule).
void set_need_resched(unsigned cpu);

} // namespace arch
