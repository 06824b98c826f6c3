#pragma once

#include "arch/x86_64/interrupts.hpp"

/// The CPU's own interrupt flag beneath the software mask (interrupts.hpp).
namespace arch {

inline void unmask(InterruptMask& mask)
{
    __atomic_store_n(&mask.masked, false, __ATOMIC_RELAXED);
    asm volatile("" ::: "memory");
}

void open_cpu_flag();
/// As enable_interrupts(), in a trap from user mode, whose gate has shut the flag.
void enable_interrupts_in_user_trap();
/// Ring 0 only: the kernel in ring 3 has no way to do so, and leaves it to the monitor to look.
void shut_cpu_flag();
/// Unmasks and waits for an interrupt, with no gap in between in which one could come and not end the wait. May return
/// for no reason.
void open_cpu_flag_and_wait(InterruptMask& mask);

} // namespace arch
