#include "arch/upcalls.hpp"
#include "kernel/printk.hpp"
#include "kernel/proc/process_table.hpp"
#include "kernel/signal/signal.hpp"
#include "kernel/trace/tracepoint.hpp"

namespace kernel {
namespace {

/// Exception vectors (Intel SDM vol. 3 §6.15).
enum Vector : u8 {
    divide_error = 0,
    debug = 1,
    breakpoint = 3,
    invalid_opcode = 6,
    segment_not_present = 11,
    stack_fault = 12,
    page_fault = 14,
    floating_point = 16,
    alignment_check = 17,
    simd_floating_point = 19,
};

/// As Linux has it.
Signal signal_for(u8 vector)
{
    switch (vector) {
    case divide_error:
    case floating_point:
    case simd_floating_point: return Signal::fpe;
    case debug:
    case breakpoint: return Signal::trap;
    case invalid_opcode: return Signal::ill;
    case segment_not_present:
    case stack_fault:
    case alignment_check: return Signal::bus;
    default: return Signal::segv;
    }
}

std::string_view name_of(Signal signal)
{
    switch (signal) {
    case Signal::ill: return "SIGILL";
    case Signal::trap: return "SIGTRAP";
    case Signal::bus: return "SIGBUS";
    case Signal::fpe: return "SIGFPE";
    default: return "SIGSEGV";
    }
}

/// si_code where the vector says all there is to say.
i32 code_for(u8 vector)
{
    switch (vector) {
    case divide_error: return signal::fpe_division;
    case floating_point:
    case simd_floating_point: return signal::fpe_float;
    case debug: return signal::trap_trace;
    case invalid_opcode: return signal::ill_opcode;
    case alignment_check: return signal::bus_alignment;
    default: return signal::by_kernel;
    }
}

/// Where the program has done it, for the exceptions that are about an instruction; what it accessed, for page faults.
u64 address_for(const arch::TrapFrame& frame, u8 vector)
{
    const bool is_about_instruction = vector == divide_error || vector == floating_point ||
                                      vector == simd_floating_point || vector == invalid_opcode || vector == debug;
    return is_about_instruction ? frame.rip : 0;
}

signal::Info info_of(mm::FaultOutcome outcome, u64 address)
{
    switch (outcome) {
    case mm::FaultOutcome::no_content: return signal::Info::from_fault(Signal::bus, signal::bus_address, address);
    case mm::FaultOutcome::not_allowed: return signal::Info::from_fault(Signal::segv, signal::segv_access, address);
    case mm::FaultOutcome::out_of_memory: return signal::Info::from_kernel(Signal::kill);
    default: return signal::Info::from_fault(Signal::segv, signal::segv_unmapped, address);
    }
}

/// As Linux does for programs that have no handler for it.
void report_unhandled(const arch::TrapFrame& frame, const arch::Exception& exception, Signal signal)
{
    const Task& task = Task::current();
    const bool is_handled = proc::processes().with([&](proc::ProcessTable&) {
        const signal::ThreadSignals& signals = task.thread->signals;
        return task.process->signals.actions->get(signal).is_handler() && !signals.blocked.contains(signal);
    });
    if (is_handled)
        return;
    FormatBuffer<64> cause;
    if (exception.vector == page_fault)
        format_to(cause, "#PF at {:#x}, error {:#x}", exception.address.value, exception.error_code);
    else
        format_to(cause, "{}, error {:#x}", exception.name, exception.error_code);
    printk(LogLevel::error, "{}[{}]: killed by {} ({}), rip {:#x}, rsp {:#x}", task.name(), task.pid(), name_of(signal),
           cause.view(), frame.rip, frame.rsp);
}

} // namespace

bool on_page_fault(arch::TrapFrame& frame, const arch::PageFault& fault)
{
    trace::page_fault(fault.address.value, frame.rip, fault.error_code);
    const Task* const task = arch::current_task();
    if (task == nullptr || task->process == nullptr)
        return false;
    return task->process->address_space().handle_fault(fault) == mm::FaultOutcome::served;
}

void on_exception(arch::TrapFrame& frame, const arch::Exception& exception)
{
    const u8 vector = exception.vector;
    auto info = signal::Info::from_fault(signal_for(vector), code_for(vector), address_for(frame, vector));
    if (exception.fault != nullptr) {
        const auto outcome = Process::current().address_space().handle_fault(*exception.fault);
        if (outcome == mm::FaultOutcome::served)
            return; // somebody has mapped it meanwhile
        info = info_of(outcome, exception.address.value);
    }
    report_unhandled(frame, exception, info.number());
    proc::Thread::current().fault = {vector, exception.error_code, exception.address.value};
    signal::force(info);
}

} // namespace kernel
