#pragma once

#include "arch/context.hpp"

/// FPU, MMX and SSE state. The kernel itself never uses the FPU.
///
/// Lazily, where CR0.TS counts at CPL 3: a task finds the FPU off until it uses it; then its state is loaded (#NM), and
/// saved again when it is switched away from. Eagerly, where it does not: the state is loaded whenever a task that has
/// been in user mode is switched to.
namespace arch {

/// As the probe found. On the boot CPU, before there are user programs.
void choose_fpu_switching(bool lazy);

/// On each secondary CPU.
void set_up_fpu();

/// Handles #NM: loads the running task's state, making an initial one at its first use.
void load_fpu();
/// Before the running task enters user mode: eager switching loads its state.
void prepare_fpu_for_user();
/// Around a context switch, interrupts masked: saves the registers if they hold `from`'s state; loads `to`'s.
void switch_fpu(Context& from, Context& to);

/// The running task's state as a signal's handler finds it: FXSAVE's image, or XSAVE's with the marks that Linux puts
/// beside it (uapi/asm/sigcontext.h, struct _fpx_sw_bytes). Bytes; 0: the task has not used the FPU.
inline constexpr u64 user_fpu_alignment = 64;
u64 user_fpu_size(const Context& context);
bool has_extended_user_fpu();
kernel::Result<void> save_user_fpu(Context& context, kernel::VirtualAddress to);
/// Null: the state of a task that has not used the FPU. EFAULT, EINVAL; then the old state stays.
kernel::Result<void> restore_user_fpu(Context& context, kernel::VirtualAddress from);

} // namespace arch
