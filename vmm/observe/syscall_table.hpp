#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace vitrine {

/// A parameter as abi/syscalls.def has it: "Descriptor file".
struct SyscallParameter {
    std::string_view type;
    std::string_view name;
};

/// A system call that the guest kernel has.
struct SyscallSignature {
    std::uint64_t number;
    std::string_view name;
    std::string_view missing; ///< what Linux's has and ours lacks; empty: nothing
    std::vector<SyscallParameter> parameters;
};

/// Those of abi/syscalls.def, by number.
const std::vector<SyscallSignature>& syscall_table();

/// Null for what the guest kernel lacks.
const SyscallSignature* find_syscall(std::uint64_t number);

} // namespace vitrine
