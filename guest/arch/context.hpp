#pragma once

#include "arch/trap_frame.hpp"
#include "lib/result.hpp"

namespace arch {

/// What a task's CPU state consists of while it does not run. Embedded in kernel::Task.
struct Context {
    u64 stack_pointer = 0; ///< saved kernel stack pointer
    u64 kernel_stack_top = 0;
    u64 fs_base = 0;
    u64 gs_base = 0;     ///< the user's
    void* fpu = nullptr; ///< FXSAVE or XSAVE area; allocated at the first use of the FPU
};

/// Makes `context` start at `entry(argument)` on the given stack when first switched to, interrupts masked.
void prepare_context(Context& context, kernel::VirtualAddress stack_top, void (*entry)(void*), void* argument);

/// Saves the running state in `from` and continues `to`. Interrupts masked. Returns when somebody switches back.
/// FPU state is switched lazily.
void switch_context(Context& from, Context& to);

/// Enters user mode with `frame`, from the bottom of the current task's kernel stack.
[[noreturn]] void enter_user(const TrapFrame& frame);

/// The user's registers, while the task is in the kernel on behalf of its user: on top of its kernel stack.
TrapFrame& user_registers(const Context& context);

/// For a fork: `to` has the segment bases of the running task, whose context `from` is.
void inherit_segment_bases(const Context& from, Context& to);

/// Copies the running task's FPU state for a fork, or drops a dead task's (also from the CPU that may still hold it).
kernel::Result<void> copy_fpu(const Context& from, Context& to);
void release_fpu(Context& context);

/// arch_prctl(2)'s segment bases, of the running task.
void set_fs_base(Context& context, u64 base);
void set_gs_base(Context& context, u64 base);

} // namespace arch
