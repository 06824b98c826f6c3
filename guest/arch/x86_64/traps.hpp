#pragma once

#include "arch/trap_frame.hpp"

namespace arch {

/// Panics with the trap's registers and the interrupted code's backtrace.
[[noreturn]] void panic_in_trap(const TrapFrame& frame, const Exception& exception, kernel::VirtualAddress address);

} // namespace arch
