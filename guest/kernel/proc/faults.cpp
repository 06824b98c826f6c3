#include "arch/upcalls.hpp"
#include "kernel/printk.hpp"
#include "kernel/proc/process.hpp"
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
    case Signal::kill: return "SIGKILL";
    case Signal::segv: return "SIGSEGV";
    default: break;
    }
    return "a signal";
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
    Signal signal = signal_for(exception.vector);
    if (exception.fault != nullptr) {
        const auto outcome = Process::current().address_space().handle_fault(*exception.fault);
        if (outcome == mm::FaultOutcome::served)
            return; // somebody has mapped it meanwhile
        if (outcome == mm::FaultOutcome::no_content)
            signal = Signal::bus;
    }
    const Task& task = Task::current();
    FormatBuffer<64> cause;
    if (exception.vector == page_fault)
        format_to(cause, "#PF at {:#x}, error {:#x}", exception.address.value, exception.error_code);
    else
        format_to(cause, "{}, error {:#x}", exception.name, exception.error_code);
    printk(LogLevel::error, "{}[{}]: killed by {} ({}), rip {:#x}, rsp {:#x}", task.name(), task.pid(), name_of(signal),
           cause.view(), frame.rip, frame.rsp);
    proc::kill_process(signal);
}

} // namespace kernel
