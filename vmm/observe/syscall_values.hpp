#pragma once

#include "vmm/observe/syscall_table.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace vitrine {

/// The memory behind an argument, as far as the trace has it.
struct SyscallData {
    std::string_view bytes;
    std::uint64_t size = 0; ///< of all of it
};

/// An argument as strace shows it: flags by name, strings in quotation marks, addresses in hexadecimal. `data` is null
/// when the trace does not have the memory behind it.
std::string format_argument(const SyscallParameter& parameter, std::uint64_t value, const SyscallData* data);

/// "3", "0x7f0000001000", "-1 ENOENT (No such file or directory)".
std::string format_syscall_result(std::string_view call, std::int64_t result);

} // namespace vitrine
