#pragma once

#include "arch/trap_frame.hpp"
#include "arch/x86_64/interrupts.hpp"

/// The CPU's own interrupt flag beneath the software mask (interrupts.hpp), and what traps do to it. In ring 0 a gate
/// shuts it and IRETQ restores it; in ring 3 it is open in all traps, but that an interrupt is held shuts it.
namespace arch {

inline void unmask(InterruptMask& mask)
{
    __atomic_store_n(&mask.masked, false, __ATOMIC_RELAXED);
    asm volatile("" ::: "memory");
}

void open_cpu_flag();
/// Before user mode or a wait open the flag: nothing that comes from here on may go unnoticed. Ring 0 shuts the flag;
/// in ring 3 the monitor looks at the last moment whether something is held.
void close_in_on_flag();
/// Unmasks and waits for an interrupt, with no gap in between in which one could come and not end the wait. May return
/// for no reason.
void open_cpu_flag_and_wait(InterruptMask& mask);

/// As enable_interrupts(), in a trap from user mode.
void enable_interrupts_in_user_trap();

/// An interrupt of kernel code: held, if they are masked; otherwise they are now.
bool hold_interrupt(TrapFrame& frame, u8 vector);
/// Unmasks. True: the way back from the trap has to open the flag, with IRETQ or as the last thing before it.
bool leave_interrupt_of_kernel();

/// An exception of kernel code: what another one would overwrite (CR2) has been read.
void trap_of_kernel_is_taken(const TrapFrame& frame);
void leave_trap_of_kernel(TrapFrame& frame);

} // namespace arch
