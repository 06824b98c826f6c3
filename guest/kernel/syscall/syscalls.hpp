#pragma once

#include "kernel/syscall/arguments.hpp"
#include "kernel/syscall/types.hpp"

/// The system calls: free functions, one file a family. Interrupts enabled; they may sleep.
namespace kernel::syscall {

#define PARTIAL(name, missing)
#define SYSCALL(number, name, ...) SyscallResult sys_##name(__VA_ARGS__);
#include "abi/syscalls.def"
#undef SYSCALL
#undef PARTIAL

} // namespace kernel::syscall
