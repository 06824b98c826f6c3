#pragma once

#include "arch/trap_frame.hpp"
#include "kernel/fs/inode.hpp"
#include "kernel/mm/address_space.hpp"
#include "kernel/proc/initial_stack.hpp"

namespace kernel::proc {

inline constexpr u64 stack_limit = 8UL * 1024 * 1024; ///< RLIMIT_STACK

/// A program ready to run: its memory, and what its stack begins with.
struct Program {
    Ref<mm::AddressSpace> address_space;
    VirtualAddress entry;
    InitialStack stack;
};

/// Maps an ELF executable (static, or static and position-independent) into a new address space. EACCES when it is not
/// an executable file, ENOEXEC when it is not well-formed, ENOMEM.
Result<Program> load_program(const Ref<fs::Inode>& file, std::string_view file_name, const ArgumentStrings& strings);

/// Writes the program's stack and gives the registers to enter it with. Its address space is the current one. EFAULT
/// when there is no memory for the stack.
Result<arch::TrapFrame> prepare_to_enter(const Program& program);

} // namespace kernel::proc
