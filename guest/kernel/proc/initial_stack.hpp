#pragma once

#include "kernel/proc/arguments.hpp"

#include <array>

namespace kernel::proc {

/// Types of auxiliary vector entries (linux/auxvec.h, asm/auxvec.h).
enum class Auxiliary : u64 {
    program_headers = 3,
    program_header_size = 4,
    program_header_count = 5,
    page_size = 6,
    base = 7,
    flags = 8,
    entry = 9,
    uid = 11,
    euid = 12,
    gid = 13,
    egid = 14,
    platform = 15,
    hardware_capabilities = 16,
    clock_ticks = 17,
    secure = 23,
    random = 25,
    hardware_capabilities_2 = 26,
    executable_name = 31,
};

/// What the stack tells a program besides its strings.
struct StartFacts {
    u64 program_headers; ///< their address in memory
    u64 program_header_count;
    u64 entry; ///< with the load bias
    u64 base;  ///< of the interpreter; 0: there is none
    u64 hardware_capabilities;
    std::array<u64, 2> random;
    u32 uid = 0, euid = 0, gid = 0, egid = 0;
    bool secure = false; ///< it runs as somebody else than who started it
};

/// A new program's stack as the System V ABI (AMD64 supplement §3.4.1) wants it: argc, argv, envp and the auxiliary
/// vector from a 16-byte aligned stack pointer up, and above them what they point at.
class InitialStack {
public:
    /// For a stack that ends at `top`, page-aligned. `file_name` is what AT_EXECFN tells. ENOMEM.
    static Result<InitialStack> build(VirtualAddress top, const ArgumentStrings& strings, std::string_view file_name,
                                      const StartFacts& facts);
    InitialStack(InitialStack&& other) noexcept;
    InitialStack& operator=(InitialStack&&) = delete;
    ~InitialStack();

    VirtualAddress stack_pointer() const { return pointer_; }
    /// What lies between the stack pointer and the top.
    std::span<const std::byte> bytes() const { return {bytes_, size_}; }

private:
    InitialStack() = default;

    VirtualAddress pointer_{};
    std::byte* bytes_ = nullptr;
    u64 size_ = 0;
};

} // namespace kernel::proc
