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
/// Serves the fault, if it can: true means that the access is to be tried again. Interrupts as they were at the fault.
/// When it returns false, arch ends a user access by the kernel with EFAULT, makes a fault by user code an exception
/// (#PF, so on_exception), and panics for the rest.
bool on_page_fault(arch::TrapFrame& frame, const arch::PageFault& fault);
/// Of user code. Interrupts enabled. Exceptions in the kernel are panics, and arch's own.
void on_exception(arch::TrapFrame& frame, const arch::Exception& exception);

/// Handler for device vectors, the timer and the reschedule interrupt; it ends the interrupt itself. After that it may
/// serve soft interrupts, with interrupts enabled, unless the CPU was in an interrupt already; they are masked again
/// when it returns.
void on_interrupt(u8 vector);

/// Last before user mode is entered again after any trap: preemption, pending signals. Interrupts masked on entry and
/// return.
void before_user_return(arch::TrapFrame& frame);
/// Last before an interrupt returns to interrupted kernel code: kernel preemption, when preempt_count allows.
void before_kernel_return(arch::TrapFrame& frame);

} // namespace kernel
