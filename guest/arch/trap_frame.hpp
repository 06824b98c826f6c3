#pragma once

#include "lib/types.hpp"

namespace arch {

/// The interrupted registers, on the kernel stack. Linux's pt_regs (uapi/asm/ptrace.h) in layout and names.
struct TrapFrame {
    u64 r15, r14, r13, r12, rbp, rbx;
    u64 r11, r10, r9, r8, rax, rcx, rdx, rsi, rdi;
    u64 orig_rax; ///< system call: its number; exception: the error code; interrupt: the vector
    u64 rip, cs, rflags, rsp, ss;

    bool from_user() const;
};
static_assert(sizeof(TrapFrame) == 168);

/// A system call's number and arguments, wherever the ABI has them.
struct SyscallArguments {
    u64 number;
    u64 arguments[6];
};
SyscallArguments syscall_arguments(const TrapFrame& frame);
void set_syscall_result(TrapFrame& frame, i64 result);

/// Makes the frame, that of a system call, enter it once more: as `number`, with the arguments that it had.
void repeat_syscall(TrapFrame& frame, u64 number);

/// Makes whatever is in the frame fit to be returned to: user selectors, a user address to continue at, only flags
/// that are the user's. For frames built from what a user supplied (rt_sigreturn, ptrace).
void make_safe_for_user(TrapFrame& frame);

/// A frame that enters user mode at `entry` with this stack pointer and everything else zero.
TrapFrame user_frame(kernel::VirtualAddress entry, kernel::VirtualAddress stack);

struct PageFault {
    kernel::VirtualAddress address;
    bool present; ///< a protection violation; otherwise the page was not there
    bool write;
    bool user; ///< by user code
    bool execute;
    u64 error_code;
};

/// Exceptions other than breakpoints of the system-call path and FPU switches, which arch keeps to itself.
struct Exception {
    u8 vector; ///< Intel SDM vol. 3 §6.15
    u64 error_code;
    const char* name;                     ///< "#GP", ...
    kernel::VirtualAddress address = {0}; ///< #PF: what was accessed
    const PageFault* fault = nullptr;     ///< #PF: what on_page_fault() could not serve
};

} // namespace arch
