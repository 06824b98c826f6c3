#pragma once

#include "arch/context.hpp"

/// FPU, MMX and SSE state. A task that runs finds the FPU off (CR0.TS) until it uses it; then its state is loaded (#NM)
/// and saved again when it is switched away from. The kernel itself never uses the FPU.
namespace arch {

/// Handles #NM: loads the running task's state, making an initial one at its first use.
void load_fpu();
/// Saves the FPU registers if they hold `from`'s state, and turns the FPU off. Interrupts masked.
void unload_fpu(Context& from);

} // namespace arch
