#pragma once

#include "vmm/observe/trace_file.hpp"

#include <iosfwd>

namespace vitrine {

/// Prints a trace's system calls as `strace -f` would: PID, call, arguments, result. A call during which another task's
/// came is shown in two parts.
void show_system_calls(const Trace& trace, std::ostream& out);

} // namespace vitrine
