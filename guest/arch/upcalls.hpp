#pragma once

#include "abi/boot_info.hpp"
#include "arch/trap_frame.hpp"

/// What arch calls: the kernel's side of the contract. Interrupts are masked unless it says otherwise.
namespace kernel {

/// The boot CPU's first kernel function, on the boot stack: traps work, no memory can be allocated yet.
[[noreturn]] void start(const vitrine::abi::BootInfo& boot);
/// A secondary CPU's, on its idle task's stack.
[[noreturn]] void start_secondary(unsigned cpu);

/// Interrupts enabled. Sets the result in the frame.
void on_system_call(arch::TrapFrame& frame);
/// Interrupts as they were at the fault. Not called for kernel faults that a user-access fix-up resolves.
void on_page_fault(arch::TrapFrame& frame, const arch::PageFault& fault);
void on_exception(arch::TrapFrame& frame, const arch::Exception& exception);

/// Handler for device vectors, the timer and the reschedule interrupt; it ends the interrupt itself.
void on_interrupt(u8 vector);

/// Last before user mode is entered again after any trap: preemption, pending signals. Interrupts masked on entry and
/// return.
void before_user_return(arch::TrapFrame& frame);
/// Last before an interrupt returns to interrupted kernel code: kernel preemption, when preempt_count allows.
void before_kernel_return(arch::TrapFrame& frame);

} // namespace kernel
