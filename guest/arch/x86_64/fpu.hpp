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

} // namespace arch
