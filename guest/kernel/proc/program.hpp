#pragma once

#include "arch/trap_frame.hpp"
#include "kernel/fs/inode.hpp"
#include "kernel/mm/address_space.hpp"
#include "kernel/proc/initial_stack.hpp"
#include "kernel/proc/script.hpp"

#include <optional>

namespace kernel::proc {

inline constexpr u64 stack_limit = 8UL * 1024 * 1024; ///< RLIMIT_STACK
inline constexpr u64 max_interpreter_path = 1024;

/// A program ready to run: its memory, and what its stack begins with.
struct Program {
    Ref<mm::AddressSpace> address_space;
    VirtualAddress entry;
    InitialStack stack;
};

/// Finds a file to be executed by the name that a program has for it: its interpreter.
class FindFile {
public:
    virtual Result<Ref<fs::Inode>> operator()(std::string_view path) const = 0;

protected:
    ~FindFile() = default;
};

/// Maps an ELF executable, and the interpreter that it asks for, into a new address space. ENOEXEC when it, or its
/// interpreter, is not well-formed, ENOMEM.
Result<Program> load_program(const Ref<fs::Inode>& file, std::string_view file_name, const ArgumentStrings& strings,
                             const FindFile& find);

/// What a script's first line says, "#!" its beginning; nothing when this is no script. `room` holds it.
inline constexpr u64 max_script_line = 256; ///< Linux's BINPRM_BUF_SIZE
Result<std::optional<ScriptLine>> read_script_line(fs::Inode& file, std::span<char> room);

/// Writes the program's stack and gives the registers to enter it with. Its address space is the current one. EFAULT
/// when there is no memory for the stack.
Result<arch::TrapFrame> prepare_to_enter(const Program& program);

} // namespace kernel::proc
