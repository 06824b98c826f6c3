#include "arch/x86_64/traps.hpp"

#include "abi/layout.hpp"
#include "arch/interrupts.hpp"
#include "arch/upcalls.hpp"
#include "arch/x86_64/exception_table.hpp"
#include "arch/x86_64/fpu.hpp"
#include "arch/x86_64/interrupt_flag.hpp"
#include "arch/x86_64/per_cpu.hpp"
#include "arch/x86_64/registers.hpp"
#include "arch/x86_64/ring0/user_mode_probe.hpp"
#include "arch/x86_64/segments.hpp"
#include "arch/x86_64/smp.hpp"
#include "arch/x86_64/syscall_entry.hpp"

#include <array>

namespace arch {
namespace {

constexpr u8 non_maskable_interrupt = 2;
constexpr u8 breakpoint = 3;
constexpr u8 device_not_available = 7;
constexpr u8 page_fault = 14;
constexpr u8 first_interrupt = 32;

constexpr std::array<const char*, 32> exception_names = {
    "#DE", "#DB", "NMI", "#BP", "#OF", "#BR", "#UD", "#NM", "#DF", "coprocessor overrun",
    "#TS", "#NP", "#SS", "#GP", "#PF", "15",  "#MF", "#AC", "#MC", "#XM",
    "#VE", "#CP", "22",  "23",  "24",  "25",  "26",  "27",  "#HV", "#VC",
    "#SX", "31"};

Exception describe(const TrapFrame& frame, u8 vector) { return {vector, frame.orig_rax, exception_names[vector]}; }

PageFault describe_page_fault(const TrapFrame& frame)
{
    const u64 error = frame.orig_rax;
    return {.address = {read_cr2()},
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
        kernel::on_exception(frame, exception);
    }
}

void handle_user_exception(TrapFrame& frame, u8 vector)
{
    if (vector == page_fault)
        return handle_user_page_fault(frame);
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
    const PageFault fault = describe_page_fault(frame);
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

/// Kernel code was interrupted with interrupts unmasked.
void take_interrupt_of_kernel(TrapFrame& frame, u8 vector)
{
    if (InterruptMask& mask = this_cpu().interrupts; mask.masked) {
        mask.held = vector;
        frame.rflags &= ~rflags::interrupt;
        return;
    } else {
        mask.masked = true;
        mask.shut = true;
    }
    handle_interrupt(vector);
    kernel::before_kernel_return(frame);
    this_cpu().interrupts.shut = false; // as it will be with the frame's flags
    enable_interrupts();
}

void handle_kernel_exception(TrapFrame& frame, u8 vector)
{
    if ((frame.rflags & rflags::interrupt) != 0)
        open_cpu_flag();
    if (vector == page_fault)
        handle_kernel_page_fault(frame);
    else if (!is_probe_trap(frame, vector) && !fix_up(frame))
        panic_in_trap(frame, describe(frame, vector), {0});
    // What came meanwhile and is held keeps the flag shut; or this is another CPU, and its flag is open.
    const InterruptMask& mask = this_cpu().interrupts;
    if (mask.held != 0 || mask.shut)
        frame.rflags &= ~rflags::interrupt;
    else
        frame.rflags |= rflags::interrupt;
}

} // namespace

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
    if (vector >= first_interrupt) {
        this_cpu().interrupts.shut = true;
        handle_interrupt(static_cast<u8>(vector));
    } else {
        handle_user_exception(frame, static_cast<u8>(vector));
    }
    prepare_user_return(frame);
}

extern "C" void handle_kernel_trap(TrapFrame& frame, u64 vector)
{
    if (vector >= first_interrupt)
        take_interrupt_of_kernel(frame, static_cast<u8>(vector));
    else
        handle_kernel_exception(frame, static_cast<u8>(vector));
}

extern "C" [[noreturn]] void handle_fatal_trap(TrapFrame& frame, u64 vector)
{
    if (vector == non_maskable_interrupt)
        stop_if_asked();
    panic_in_trap(frame, describe(frame, static_cast<u8>(vector)), {read_cr2()});
}

} // namespace arch
