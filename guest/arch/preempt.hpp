#pragma once

#include "lib/types.hpp"

#if VITRINE_GUEST
#include "arch/x86_64/preempt.hpp"
#endif

/// Two things that each CPU keeps in its per-CPU data because they are asked for all the time: how deep it is in code
/// that must not be preempted, and whether its task should give way. Each is one instruction on the machine, and stops
/// the compiler from moving memory accesses across it. What they mean is kernel/sync/preempt.hpp's.
namespace arch {

#if !VITRINE_GUEST
u32 preempt_count();
void add_to_preempt_count(u32 amount);
/// True when the count is zero now.
bool subtract_from_preempt_count(u32 amount);

/// Whether this CPU's task should give way at the next opportunity.
bool need_resched();
void clear_need_resched();
#endif

/// For any CPU, from any CPU. Whoever sets it for another makes sure that it looks (arch::send_reschedule).
void set_need_resched(unsigned cpu);

} // namespace arch
