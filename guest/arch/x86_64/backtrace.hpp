#pragma once

#include "lib/types.hpp"

namespace arch {

/// Logs the chain of calls that `frame_pointer` (RBP) begins, innermost first, with `address` before it unless that is
/// 0. Follows no pointer that does not stay on the stack it is on.
void log_backtrace(u64 address, u64 frame_pointer);

} // namespace arch
