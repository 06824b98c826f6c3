#pragma once

#include <string>

namespace vitrine {

/// docs/syscalls.md: for each of Linux's system calls whether the guest kernel has it, and what it lacks.
std::string syscall_coverage();

} // namespace vitrine
