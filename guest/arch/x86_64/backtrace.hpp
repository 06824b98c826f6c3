#pragma once

#include "arch/trap_frame.hpp"

namespace arch {

/// Logs the chain of calls that `frame_pointer` (RBP) begins, innermost first. Follows no pointer that does not stay on
/// the stack it is on.
void log_backtrace(u64 frame_pointer);
/// The same from where a trap came.
void log_backtrace(const TrapFrame& frame);

} // namespace arch
