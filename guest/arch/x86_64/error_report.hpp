#pragma once

#include "arch/trap_frame.hpp"

/// What is said of a trap of the kernel's besides its registers. For panics.
namespace arch {

/// The error code in words.
void log_error_code(const Exception& exception);
/// The code bytes around RIP, the one at RIP in angle brackets.
void log_code(u64 rip);
/// What the machine-check banks hold (Intel SDM vol. 3 §16.3).
void log_machine_check();

} // namespace arch
