#pragma once

#include "kernel/syscall/arguments.hpp"

/// The memory behind system-call arguments, in the trace: as much of it as a record holds (sys_data). What cannot be
/// read is left out. May sleep.
namespace kernel::syscall {

void trace_string(u8 argument, UserString string);
void trace_bytes(u8 argument, UserBytes bytes, u64 size);

} // namespace kernel::syscall
