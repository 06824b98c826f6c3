#include "arch/context.hpp"

#include "arch/interrupts.hpp"
#include "arch/x86_64/fpu.hpp"
#include "arch/x86_64/per_cpu.hpp"
#include "arch/x86_64/registers.hpp"
#include "arch/x86_64/traps.hpp"

extern "C" {
void switch_stack(u64* from, u64 to);
void start_context();
[[noreturn]] void arch_enter_user(const arch::TrapFrame* frame);
}

namespace arch {
namespace {

/// What switch_stack pops.
struct SavedRegisters {
    u64 r15 = 0, r14 = 0, r13 = 0, r12 = 0, rbx = 0, rbp = 0;
    u64 return_address = 0;
    u64 alignment = 0; ///< functions are entered with the stack 8 off a multiple of 16
};

} // namespace

void prepare_context(Context& context, kernel::VirtualAddress stack_top, void (*entry)(void*), void* argument)
{
    auto* const saved = reinterpret_cast<SavedRegisters*>(stack_top.value) - 1;
    *saved = {.r12 = reinterpret_cast<u64>(entry),
              .rbx = reinterpret_cast<u64>(argument),
              .return_address = reinterpret_cast<u64>(start_context)};
    context.stack_pointer = reinterpret_cast<u64>(saved);
    context.kernel_stack_top = stack_top.value;
}

void switch_context(Context& from, Context& to)
{
    PerCpu& cpu = this_cpu();
    switch_fpu(from, to);
    cpu.context = &to;
    cpu.kernel_stack = to.kernel_stack_top;
    cpu.task_state.stack[0] = to.kernel_stack_top;
    // WRMSR is slow everywhere, and most switches are to or from threads that have no bases of their own.
    if (from.fs_base != to.fs_base)
        write_msr(Msr::fs_base, to.fs_base);
    if (from.gs_base != to.gs_base)
        write_msr(Msr::kernel_gs_base, to.gs_base);
    switch_stack(&from.stack_pointer, to.stack_pointer);
}

void enter_user(const TrapFrame& frame)
{
    TrapFrame safe = frame;
    make_safe_for_user(safe);
    prepare_user_return(safe);
    prepare_fpu_for_user();
    arch_enter_user(&safe);
}

void set_fs_base(Context& context, u64 base)
{
    const InterruptsOff no_switch_between;
    context.fs_base = base;
    write_msr(Msr::fs_base, base);
}

void set_gs_base(Context& context, u64 base)
{
    const InterruptsOff no_switch_between;
    context.gs_base = base;
    write_msr(Msr::kernel_gs_base, base);
}

} // namespace arch
