#include "abi/ports.hpp"
#include "arch/cpu.hpp"
#include "arch/interrupts.hpp"
#include "arch/x86_64/backtrace.hpp"
#include "arch/x86_64/error_report.hpp"
#include "arch/x86_64/per_cpu.hpp"
#include "arch/x86_64/registers.hpp"
#include "arch/x86_64/root.hpp"
#include "arch/x86_64/symbols.hpp"
#include "arch/x86_64/traps.hpp"
#include "kernel/console.hpp"
#include "kernel/debug/checks.hpp"
#include "kernel/printk.hpp"
#include "kernel/sched/task.hpp"

namespace arch {
namespace {

using kernel::LogLevel;
using kernel::printk;

constexpr u8 double_fault = 8;
constexpr u8 page_fault = 14;
constexpr u8 machine_check = 18;

unsigned panics = 0; ///< CPUs that panic, and a CPU that does so while it panics, count one each

/// The first panic goes on, alone. A second one on the same CPU ends the run at once; other CPUs wait for the end.
void begin_panic(std::string_view message)
{
    static unsigned panicking_cpu;
    disable_interrupts();
    constexpr unsigned hopeless = 16; // so many that even finding out which CPU this is must fail
    if (const unsigned before = __atomic_fetch_add(&panics, 1, __ATOMIC_ACQ_REL); before != 0) {
        if (before > hopeless || panicking_cpu == cpu_id())
            power_off(vitrine::abi::panic_status);
        stop_cpu();
    }
    panicking_cpu = cpu_id();
    kernel::debug::stop_checks();
    const bool alone = stop_other_cpus();
    kernel::log_without_lock();
    kernel::console::write_without_lock();
    printk(LogLevel::emergency, "Kernel panic on CPU {}: {}", cpu_id(), message);
    if (!alone)
        printk(LogLevel::emergency, "Other CPUs do not stop");
}

void log_registers(const TrapFrame& frame)
{
    const auto line = [](const char* a, u64 x, const char* b, u64 y, const char* c, u64 z) {
        printk(LogLevel::emergency, "{} {:016x} {} {:016x} {} {:016x}", a, x, b, y, c, z);
    };
    const SymbolPlace place = find_symbol(frame.rip);
    const std::string_view name = place.name.empty() ? "no code" : place.name;
    printk(LogLevel::emergency, "RIP {:02x}:{:016x} {}+{:#x}", frame.cs, frame.rip, name, place.offset);
    printk(LogLevel::emergency, "RSP {:02x}:{:016x} RFLAGS {:08x}", frame.ss, frame.rsp, frame.rflags);
    line("RAX", frame.rax, "RBX", frame.rbx, "RCX", frame.rcx);
    line("RDX", frame.rdx, "RSI", frame.rsi, "RDI", frame.rdi);
    line("RBP", frame.rbp, "R8 ", frame.r8, "R9 ", frame.r9);
    line("R10", frame.r10, "R11", frame.r11, "R12", frame.r12);
    line("R13", frame.r13, "R14", frame.r14, "R15", frame.r15);
    line("CR0", read_cr0(), "CR3", loaded_root(), "CR4", read_cr4());
}

void log_task()
{
    if (const kernel::Task* const task = current_task(); task != nullptr)
        printk(LogLevel::emergency, "PID {} ({})", task->pid(), task->name());
}

/// The stack pointer of an overflown stack is in or just above the guard page that the push hit.
bool is_stack_overflow(const TrapFrame& frame, const Exception& exception, kernel::VirtualAddress address)
{
    return exception.vector == double_fault && frame.rsp - address.value + 4096 < 8192;
}

} // namespace

void panic_in_trap(const TrapFrame& frame, const Exception& exception, kernel::VirtualAddress address)
{
    kernel::FormatBuffer<96> message;
    if (is_stack_overflow(frame, exception, address))
        format_to(message, "kernel stack overflow, RSP {:#x}", frame.rsp);
    else
        format_to(message, "{} in the kernel, error code {:#x}, address {:#x}", exception.name, exception.error_code,
                  address.value);
    begin_panic(message.view());
    log_error_code(exception);
    log_task();
    log_registers(frame);
    if (exception.vector == double_fault || exception.vector == page_fault)
        printk(LogLevel::emergency, "CR2 {:016x}", address.value);
    log_code(frame.rip);
    log_backtrace(frame);
    if (exception.vector == machine_check)
        log_machine_check();
    power_off(vitrine::abi::panic_status);
}

} // namespace arch

namespace kernel {

void panic(std::string_view message)
{
    arch::begin_panic(message);
    arch::log_backtrace(reinterpret_cast<u64>(__builtin_frame_address(0)));
    arch::power_off(vitrine::abi::panic_status);
}

} // namespace kernel
