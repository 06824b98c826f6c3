#pragma once

#include "arch/x86_64/asm_constants.h"
#include "lib/types.hpp"

/// PerCpu::preempt_count, need_resched and softirq_pending, each in one instruction: whatever task runs it, and on
/// whatever CPU it was a moment before, it is the count of the CPU that executes it.
namespace arch {

inline u32 preempt_count()
{
    u32 count;
    asm volatile("mov %%gs:%c1, %0" : "=r"(count) : "i"(PER_CPU_PREEMPT_COUNT) : "memory");
    return count;
}

inline void add_to_preempt_count(u32 amount)
{
    asm volatile("addl %0, %%gs:%c1" ::"ri"(amount), "i"(PER_CPU_PREEMPT_COUNT) : "memory", "cc");
}

inline bool subtract_from_preempt_count(u32 amount)
{
    bool zero;
    asm volatile("subl %1, %%gs:%c2" : "=@ccz"(zero) : "ri"(amount), "i"(PER_CPU_PREEMPT_COUNT) : "memory");
    return zero;
}

inline bool need_resched()
{
    bool clear;
    asm volatile("cmpb $0, %%gs:%c1" : "=@ccz"(clear) : "i"(PER_CPU_NEED_RESCHED) : "memory");
    return !clear;
}

inline void clear_need_resched() { asm volatile("movb $0, %%gs:%c0" ::"i"(PER_CPU_NEED_RESCHED) : "memory"); }

inline u32 softirq_pending()
{
    u32 pending;
    asm volatile("mov %%gs:%c1, %0" : "=r"(pending) : "i"(PER_CPU_SOFTIRQ_PENDING) : "memory");
    return pending;
}

inline void add_softirq_pending(u32 mask)
{
    asm volatile("orl %0, %%gs:%c1" ::"ri"(mask), "i"(PER_CPU_SOFTIRQ_PENDING) : "memory", "cc");
}

inline void clear_softirq_pending() { asm volatile("movl $0, %%gs:%c0" ::"i"(PER_CPU_SOFTIRQ_PENDING) : "memory"); }

} // namespace arch
