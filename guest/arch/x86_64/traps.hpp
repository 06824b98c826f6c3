#pragma once

#include "arch/trap_frame.hpp"

namespace arch {

/// Panics with the trap's registers and the interrupted code's backtrace.
[[noreturn]] void panic_in_trap(const TrapFrame& frame, const Exception& exception, kernel::VirtualAddress address);

/// Serves an interrupt of kernel code that was held back (interrupts.hpp), and lets its consequences have the CPU.
/// Interrupts masked.
void serve_interrupt_of_kernel(u8 vector);

/// The monitor, on whose work an NMI came, has only noted it.
void serve_noted_nmi();

/// Makes ready to enter user mode with `frame`: preemption, what else is due, interrupts shut and none held.
void prepare_user_return(TrapFrame& frame);

} // namespace arch
