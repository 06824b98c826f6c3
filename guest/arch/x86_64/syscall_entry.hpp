#pragma once

#include "arch/trap_frame.hpp"

/// How user code calls the kernel.
///
/// Ordinarily SYSCALL enters ring 0 at LSTAR. A KVM backend that plays ring 0 by emulation may go to LSTAR but stay at
/// CPL 3; there LSTAR is the trampoline, a page of user-executable code whose `int3` enters ring 0, with RCX and R11 as
/// SYSCALL left them. A probe at boot finds out which.
namespace arch {

/// Sets SYSCALL's MSRs on a secondary CPU; the boot CPU's are set with the probe. EFER.SCE is set by all ways in.
void set_up_syscall_entry();

/// Whether this breakpoint of user code is the trampoline's, and so a system call. Anybody can jump there: that is an
/// odd system call and nothing more.
bool is_syscall_breakpoint(const TrapFrame& frame);
void handle_syscall_breakpoint(TrapFrame& frame);

} // namespace arch
