#include "arch/trap_frame.hpp"

#include "abi/layout.hpp"
#include "arch/x86_64/registers.hpp"
#include "arch/x86_64/segments.hpp"

namespace arch {

bool TrapFrame::from_user() const { return (cs & 3) != 0; }

SyscallArguments syscall_arguments(const TrapFrame& frame)
{
    return {frame.orig_rax, {frame.rdi, frame.rsi, frame.rdx, frame.r10, frame.r8, frame.r9}};
}

void set_syscall_result(TrapFrame& frame, i64 result) { frame.rax = static_cast<u64>(result); }

void repeat_syscall(TrapFrame& frame, u64 number)
{
    constexpr u64 instruction_size = 2; // SYSCALL's
    frame.rax = number;
    frame.rip -= instruction_size;
}

void make_safe_for_user(TrapFrame& frame)
{
    frame.cs = user_code_selector;
    frame.ss = user_data_selector;
    frame.rflags = (frame.rflags & rflags::user_mask) | rflags::interrupt | rflags::always_one;
    // A non-canonical address would fault in the return itself. This one faults right after it, as the user's.
    if (frame.rip >= vitrine::abi::user_end)
        frame.rip = vitrine::abi::user_end;
}

TrapFrame user_frame(kernel::VirtualAddress entry, kernel::VirtualAddress stack)
{
    TrapFrame frame{};
    frame.rip = entry.value;
    frame.rsp = stack.value;
    make_safe_for_user(frame);
    return frame;
}

} // namespace arch
