#include "arch/x86_64/syscall_entry.hpp"

#include "abi/layout.hpp"
#include "arch/interrupts.hpp"
#include "arch/paging.hpp"
#include "arch/upcalls.hpp"
#include "arch/x86_64/layout.hpp"
#include "arch/x86_64/per_cpu.hpp"
#include "arch/x86_64/registers.hpp"
#include "kernel/init/boot_step.hpp"
#include "kernel/printk.hpp"

extern "C" {
void syscall_entry();
/// The page that is mapped for users, and offsets in it; see syscall_trampoline.S.
extern const char syscall_page[];
extern const char syscall_page_probe[];
extern const char syscall_page_probe_target[];
extern const char syscall_page_trampoline[];
/// Enters user mode at `probe` and returns the CS that the breakpoint there found.
u64 run_syscall_probe(u64 probe, kernel::VirtualAddress* resume_stack);
extern const char syscall_probe_resume[];
}

namespace arch {
namespace {

/// Where the page's `symbol` is for users.
u64 in_user_page(const char* symbol) { return entry_area + static_cast<u64>(symbol - syscall_page); }

enum class Entry { unknown, ordinary, trampoline };
Entry entry = Entry::unknown;
kernel::VirtualAddress probe_stack{0}; ///< while the probe runs: where its caller's stack is

constexpr u64 breakpoint_size = 1;

/// Flags that SYSCALL clears: all that would disturb the kernel.
constexpr u64 masked_flags =
    rflags::trap | rflags::interrupt | rflags::direction | rflags::nested_task | rflags::alignment_check;

void set_msrs(u64 target)
{
    constexpr u64 sysret_base = 0x23; // SYSRET: CS = this + 16, SS = this + 8
    write_msr(Msr::star, sysret_base << 48 | u64{kernel_code_selector} << 32);
    write_msr(Msr::lstar, target);
    write_msr(Msr::syscall_mask, masked_flags);
    write_msr(Msr::efer, read_msr(Msr::efer) | efer::syscall);
}

/// Executes SYSCALL at CPL 3 and looks at the CPL it arrives with. SMEP must be off: on an ordinary machine the user
/// page's code goes on in ring 0.
bool syscall_stays_in_user_mode()
{
    set_msrs(in_user_page(syscall_page_probe_target));
    // Both GS bases are the kernel's meanwhile: the breakpoint may come from either ring.
    PerCpu& cpu = this_cpu();
    write_msr(Msr::kernel_gs_base, reinterpret_cast<u64>(&cpu));
    // A trap from CPL 3 starts at the top of the kernel stack, which is in use: lend it another one.
    const u64 stack = cpu.task_state.stack[0];
    cpu.task_state.stack[0] = cpu.task_state.interrupt_stack[0];
    const u64 selector = run_syscall_probe(in_user_page(syscall_page_probe), &probe_stack);
    cpu.task_state.stack[0] = stack;
    write_msr(Msr::kernel_gs_base, 0);
    return (selector & 3) != 0;
}

void choose_syscall_entry()
{
    const kernel::VirtualAddress page{entry_area};
    const kernel::PhysicalAddress code{reinterpret_cast<u64>(syscall_page) - vitrine::abi::kernel_image_base};
    if (!PageTables::kernel().map(page, code, {.execute = true, .user = true}))
        kernel::panic("no memory for the system-call trampoline");
    const InterruptsOff off;
    entry = syscall_stays_in_user_mode() ? Entry::trampoline : Entry::ordinary;
    if (entry == Entry::ordinary)
        PageTables::kernel().unmap(page);
    set_up_syscall_entry();
    kernel::printk(kernel::LogLevel::info, "system calls: {}",
                   entry == Entry::ordinary ? "SYSCALL enters ring 0" : "SYSCALL stays in ring 3, by trampoline");
}

BOOT_STEP(syscall_entry, NEEDS("page_tables"), PROVIDES("system_calls"), choose_syscall_entry);

/// SYSRET takes RIP from RCX and RFLAGS from R11, always loads the flat selectors, and with a non-canonical RIP it
/// faults in ring 0 (on Intel's CPUs, with the user's stack pointer).
bool may_return_by_sysret(const TrapFrame& frame)
{
    constexpr u64 single_step_or_resume = 1 << 8 | 1 << 16;
    return frame.rcx == frame.rip && frame.r11 == frame.rflags && frame.rip < vitrine::abi::user_end &&
           frame.cs == user_code_selector && frame.ss == user_data_selector &&
           (frame.rflags & single_step_or_resume) == 0;
}

} // namespace

void set_up_syscall_entry()
{
    if (entry == Entry::ordinary)
        set_msrs(reinterpret_cast<u64>(syscall_entry));
    else if (entry == Entry::trampoline)
        set_msrs(in_user_page(syscall_page_trampoline));
    else
        return; // the boot CPU, before the probe
    enable_smep();
}

bool end_syscall_probe(TrapFrame& frame)
{
    if (probe_stack.value == 0)
        return false;
    frame.rax = frame.cs;
    frame.rip = reinterpret_cast<u64>(syscall_probe_resume);
    frame.cs = kernel_code_selector;
    frame.ss = kernel_data_selector;
    frame.rsp = probe_stack.value;
    frame.rflags = rflags::always_one;
    probe_stack = {0};
    return true;
}

bool is_syscall_breakpoint(const TrapFrame& frame)
{
    return entry == Entry::trampoline && frame.rip == in_user_page(syscall_page_trampoline) + breakpoint_size;
}

void handle_syscall_breakpoint(TrapFrame& frame)
{
    frame.orig_rax = frame.rax;
    frame.rip = frame.rcx;
    frame.rflags = frame.r11;
    make_safe_for_user(frame);
    enable_interrupts();
    kernel::on_system_call(frame);
}

/// Returns whether SYSRET will do.
extern "C" bool handle_syscall(TrapFrame& frame)
{
    enable_interrupts();
    kernel::on_system_call(frame);
    disable_interrupts();
    kernel::before_user_return(frame);
    return may_return_by_sysret(frame);
}

} // namespace arch
