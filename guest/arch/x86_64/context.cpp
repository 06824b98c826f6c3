#include "arch/context.hpp"

#include "arch/interrupts.hpp"
#include "arch/x86_64/fpu.hpp"
#include "arch/x86_64/per_cpu.hpp"
#include "arch/x86_64/privilege.hpp"
#include "arch/x86_64/registers.hpp"
#include "arch/x86_64/saved_registers.hpp"
#include "arch/x86_64/traps.hpp"
#include "kernel/mm/vmalloc.hpp"

#include <utility>

extern "C" {
void switch_stack(u64* from, u64 to);
void start_context();
[[noreturn]] void arch_enter_user(const arch::TrapFrame* frame);
[[noreturn]] void enter_user_from_ring3(const arch::TrapFrame* frame);
}

namespace arch {
namespace {

void switch_in_ring0(PerCpu& cpu, const Context& from, const Context& to)
{
    cpu.task_state.stack[0] = to.kernel_stack_top;
    // WRMSR is slow everywhere, and most switches are to or from threads that have no bases of their own.
    if (from.fs_base != to.fs_base)
        write_msr(Msr::fs_base, to.fs_base);
    if (from.gs_base != to.gs_base)
        write_msr(Msr::kernel_gs_base, to.gs_base);
}

/// Programs may change their bases without a system call.
void switch_in_ring3(PerCpu& cpu, Context& from, const Context& to)
{
    cpu.kernel_side.stack_limit = to.kernel_stack_top - kernel::mm::kernel_stack_size;
    from.fs_base = read_fs_base();
    write_fs_base(to.fs_base);
    from.gs_base = std::exchange(cpu.kernel_side.user_gs_base, to.gs_base);
}

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
    if (from.kernel_stack_top == 0) // the task that its CPU booted as
        from.kernel_stack_top = cpu.kernel_stack;
    cpu.kernel_stack = to.kernel_stack_top;
    if (kernel_in_ring3)
        switch_in_ring3(cpu, from, to);
    else
        switch_in_ring0(cpu, from, to);
    switch_stack(&from.stack_pointer, to.stack_pointer);
}

void enter_user(const TrapFrame& frame)
{
    TrapFrame safe = frame;
    make_safe_for_user(safe);
    prepare_user_return(safe);
    prepare_fpu_for_user();
    if (kernel_in_ring3)
        enter_user_from_ring3(&safe);
    arch_enter_user(&safe);
}

TrapFrame& user_registers(const Context& context)
{
    return *(reinterpret_cast<TrapFrame*>(context.kernel_stack_top) - 1);
}

void inherit_segment_bases(const Context& from, Context& to)
{
    const InterruptsOff no_switch_between;
    to.fs_base = kernel_in_ring3 ? read_fs_base() : from.fs_base;
    to.gs_base = kernel_in_ring3 ? this_cpu().kernel_side.user_gs_base : from.gs_base;
}

void set_fs_base(Context& context, u64 base)
{
    const InterruptsOff no_switch_between;
    context.fs_base = base;
    if (kernel_in_ring3)
        write_fs_base(base);
    else
        write_msr(Msr::fs_base, base);
}

void set_gs_base(Context& context, u64 base)
{
    const InterruptsOff no_switch_between;
    context.gs_base = base;
    if (kernel_in_ring3)
        this_cpu().kernel_side.user_gs_base = base;
    else
        write_msr(Msr::kernel_gs_base, base);
}

} // namespace arch
