#include "arch/x86_64/traps.hpp"

#include "abi/layout.hpp"
#include "arch/interrupts.hpp"
#include "arch/upcalls.hpp"
#include "arch/x86_64/exception_table.hpp"
#include "arch/x86_64/fpu.hpp"
#include "arch/x86_64/interrupt_flag.hpp"
#include "arch/x86_64/per_cpu.hpp"
#include "arch/x86_64/privilege.hpp"
#include "arch/x86_64/registers.hpp"
#include "arch/x86_64/ring0/user_mode_probe.hpp"
#include "arch/x86_64/segments.hpp"
#include "arch/x86_64/smp.hpp"
#include "arch/x86_64/syscall_entry.hpp"

#include <array>

namespace arch {

extern "C" void handle_nmi(TrapFrame& frame);

namespace {

constexpr u8 non_maskable_interrupt = 2;
constexpr u8 breakpoint = 3;
constexpr u8 device_not_available = 7;
constexpr u8 double_fault = 8;
constexpr u8 page_fault = 14;
constexpr u8 machine_check = 18;
constexpr u8 first_interrupt = 32;

constexpr std::array<const char*, 32> exception_names = {
    "#DE", "#DB", "NMI", "#BP", "#OF", "#BR", "#UD", "#NM", "#DF", "coprocessor overrun",
    "#TS", "#NP", "#SS", "#GP", "#PF", "15",  "#MF", "#AC", "#MC", "#XM",
    "#VE", "#CP", "22",  "23",  "24",  "25",  "26",  "27",  "#HV", "#VC",
    "#SX", "31"};

/// Of the last page fault.
u64 fault_address() { return kernel_in_ring3 ? this_cpu().kernel_side.cr2 : read_cr2(); }

Exception describe(const TrapFrame& frame, u8 vector) { return {vector, frame.orig_rax, exception_names[vector]}; }

PageFault describe_page_fault(const TrapFrame& frame)
{
    const u64 error = frame.orig_rax;
    return {.address = {fault_address()},
            .present = (error & 1) != 0,
            .write = (error & 2) != 0,
            .user = (error & 4) != 0,
            .execute = (error & 16) != 0,
            .error_code = error};
}

void handle_user_page_fault(TrapFrame& frame)
{
    const PageFault fault = describe_page_fault(frame);
    enable_interrupts_in_user_trap();
    if (!kernel::on_page_fault(frame, fault)) {
        Exception exception = describe(frame, page_fault);
        exception.address = fault.address;
        exception.fault = &fault;
        kernel::on_exception(frame, exception);
    }
}

void handle_user_exception(TrapFrame& frame, u8 vector)
{
    if (vector == page_fault)
        return handle_user_page_fault(frame);
    if (vector == non_maskable_interrupt)
        return handle_nmi(frame);
    if (vector == double_fault || vector == machine_check)
        panic_in_trap(frame, describe(frame, vector), {fault_address()});
    if (vector == device_not_available)
        return load_fpu();
    if (vector == breakpoint && is_syscall_breakpoint(frame))
        return handle_syscall_breakpoint(frame);
    enable_interrupts_in_user_trap();
    kernel::on_exception(frame, describe(frame, vector));
}

/// Only the functions that access user memory may touch the user half; all other faults are bugs.
void handle_kernel_page_fault(TrapFrame& frame)
{
    constexpr u64 by_cpl3 = 1 << 2; // which the kernel may be, too
    frame.orig_rax &= ~by_cpl3;
    const PageFault fault = describe_page_fault(frame);
    trap_of_kernel_is_taken(frame);
    if (fault.address.value >= vitrine::abi::user_end || !has_fix_up(frame))
        panic_in_trap(frame, describe(frame, page_fault), fault.address);
    if (!kernel::on_page_fault(frame, fault))
        fix_up(frame);
}

void handle_interrupt(u8 vector)
{
    if (vector == spurious_vector)
        return;
    if (!handle_processor_interrupt(vector))
        kernel::on_interrupt(vector);
}

/// True: see leave_interrupt_of_kernel().
bool take_interrupt_of_kernel(TrapFrame& frame, u8 vector)
{
    if (hold_interrupt(frame, vector))
        return false;
    handle_interrupt(vector);
    kernel::before_kernel_return(frame);
    return leave_interrupt_of_kernel();
}

void handle_kernel_exception(TrapFrame& frame, u8 vector)
{
    if (vector == page_fault) {
        handle_kernel_page_fault(frame);
    } else {
        trap_of_kernel_is_taken(frame);
        if (!is_probe_trap(frame, vector) && !fix_up(frame))
            panic_in_trap(frame, describe(frame, vector), {0});
    }
    leave_trap_of_kernel(frame);
}

} // namespace

void serve_noted_nmi()
{
    if (!kernel_in_ring3)
        return;
    PerCpu& cpu = this_cpu();
    if (cpu.interrupts.nmi_noted == 0 && cpu.user_side.nmi_noted == 0)
        return;
    const InterruptsOff off; // what the handlers defer to an interrupt must not come before they are done
    cpu.interrupts.nmi_noted = 0;
    cpu.user_side.nmi_noted = 0;
    TrapFrame frame{};
    frame.cs = kernel_code_selector;
    handle_nmi(frame);
}

void serve_interrupt_of_kernel(u8 vector)
{
    TrapFrame frame{};
    frame.cs = kernel_code_selector;
    handle_interrupt(vector);
    kernel::before_kernel_return(frame);
}

void prepare_user_return(TrapFrame& frame)
{
    for (;;) {
        disable_interrupts();
        kernel::before_user_return(frame);
        if (ready_for_user())
            return;
        enable_interrupts();
    }
}

extern "C" void handle_user_trap(TrapFrame& frame, u64 vector)
{
    if (is_probe_trap(frame, vector))
        return;
    serve_noted_nmi();
    if (!kernel_in_ring3)
        this_cpu().interrupts.shut = true; // by the gate
    if (vector >= first_interrupt) {
        handle_interrupt(static_cast<u8>(vector));
    } else {
        handle_user_exception(frame, static_cast<u8>(vector));
    }
    prepare_user_return(frame);
}

/// The monitor has found an interrupt held on the way to user mode.
extern "C" void retry_user_return(TrapFrame& frame)
{
    enable_interrupts();
    prepare_user_return(frame);
}

/// True: the way back opens the CPU's interrupt flag. In ring 3 only; in ring 0 the frame's flags do.
extern "C" bool handle_kernel_trap(TrapFrame& frame, u64 vector)
{
    if (vector >= first_interrupt)
        return take_interrupt_of_kernel(frame, static_cast<u8>(vector));
    handle_kernel_exception(frame, static_cast<u8>(vector));
    return false;
}

extern "C" [[noreturn]] void handle_fatal_trap(TrapFrame& frame, u64 vector)
{
    panic_in_trap(frame, describe(frame, static_cast<u8>(vector)), {fault_address()});
}

} // namespace arch
