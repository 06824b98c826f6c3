#pragma once

#include "kernel/syscall/arguments.hpp"
#include "kernel/syscall/types.hpp"

/// The system calls: free functions, one file a family. Interrupts enabled; they may sleep.
namespace kernel::syscall {

#define SYSCALL(number, name, ...) SyscallResult sys_##name(__VA_ARGS__);
#include "abi/syscalls.def"
#undef SYSCALL

} // namespace kernel::syscall
