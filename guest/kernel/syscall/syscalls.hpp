#pragma once

#include "arch/signal_frame.hpp"
#include "kernel/proc/limits.hpp"
#include "kernel/signal/actions.hpp"
#include "kernel/signal/info.hpp"
#include "kernel/syscall/arguments.hpp"
#include "kernel/syscall/file_types.hpp"
#include "kernel/syscall/types.hpp"

/// The system calls: free functions, one file a family. Interrupts enabled; they may sleep.
namespace kernel::syscall {

#define PARTIAL(name, missing)
#define SYSCALL(number, name, ...) SyscallResult sys_##name(__VA_ARGS__);
#include "abi/syscalls.def"
#undef SYSCALL
#undef PARTIAL

} // namespace kernel::syscall
