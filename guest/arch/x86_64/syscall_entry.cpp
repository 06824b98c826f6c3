#include "arch/x86_64/syscall_entry.hpp"

#include "abi/layout.hpp"
#include "arch/interrupts.hpp"
#include "arch/paging.hpp"
#include "arch/upcalls.hpp"
#include "arch/x86_64/fpu.hpp"
#include "arch/x86_64/interrupt_flag.hpp"
#include "arch/x86_64/layout.hpp"
#include "arch/x86_64/per_cpu.hpp"
#include "arch/x86_64/privilege.hpp"
#include "arch/x86_64/registers.hpp"
#include "arch/x86_64/ring0/syscall_msrs.hpp"
#include "arch/x86_64/ring0/user_mode_probe.hpp"
#include "arch/x86_64/syscall_page.hpp"
#include "arch/x86_64/traps.hpp"
#include "kernel/init/boot_step.hpp"
#include "kernel/printk.hpp"

extern "C" {
void syscall_entry();        // ring0/syscall_entry.S
bool probe_syscall();        // ring3/probe_syscall.S
void syscall_probe_target(); // ring3/probe_syscall.S
}

namespace arch {
namespace {

enum class Entry { ordinary, trampoline };
Entry entry = Entry::ordinary; ///< set once, before there are users and other CPUs

constexpr u64 breakpoint_size = 1;

/// Flags that SYSCALL clears: all that would disturb the kernel.
constexpr u64 masked_flags =
    rflags::trap | rflags::interrupt | rflags::direction | rflags::nested_task | rflags::alignment_check;

void choose_in_ring0()
{
    const kernel::VirtualAddress page{entry_area};
    const kernel::PhysicalAddress code{reinterpret_cast<u64>(syscall_page) - vitrine::abi::kernel_image_base};
    if (!PageTables::kernel().map(page, code, {.execute = true, .user = true}))
        kernel::panic("no memory for the system-call trampoline");
    const UserModeFacts facts = probe_user_mode();
    choose_fpu_switching(facts.task_switched_stops_fpu);
    entry = facts.syscall_enters_ring0 ? Entry::ordinary : Entry::trampoline;
    if (entry == Entry::ordinary)
        PageTables::kernel().unmap(page);
}

/// CPL 3 is where the kernel is: it tries SYSCALL itself. The entry area has the trampoline's page already.
void choose_in_ring3()
{
    set_syscall_msrs(reinterpret_cast<u64>(syscall_probe_target));
    entry = probe_syscall() ? Entry::ordinary : Entry::trampoline;
    choose_fpu_switching(false);
}

u64 target()
{
    if (entry == Entry::trampoline)
        return in_user_page(syscall_page_trampoline);
    return kernel_in_ring3 ? ENTRY_MONITOR + static_cast<u64>(monitor_syscall - monitor_begin)
                           : reinterpret_cast<u64>(syscall_entry);
}

void prepare_for_entry()
{
    if (kernel_in_ring3 && entry == Entry::ordinary)
        write_msr(Msr::kernel_gs_base, this_cpu().kernel_side.entry_cpu);
    enable_smep();
}

void choose_syscall_entry()
{
    const InterruptsOff off;
    if (kernel_in_ring3)
        choose_in_ring3();
    else
        choose_in_ring0();
    write_msr(Msr::lstar, target()); // the other MSRs are as the probe left them
    prepare_for_entry();
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

void set_syscall_msrs(u64 target)
{
    constexpr u64 sysret_base = 0x23; // SYSRET: CS = this + 16, SS = this + 8
    write_msr(Msr::star, sysret_base << 48 | u64{kernel_code_selector} << 32);
    write_msr(Msr::lstar, target);
    write_msr(Msr::syscall_mask, masked_flags);
}

void set_up_syscall_entry()
{
    set_syscall_msrs(target());
    prepare_for_entry();
}

bool is_syscall_breakpoint(const TrapFrame& frame)
{
    return (entry == Entry::trampoline || kernel_in_ring3) &&
           frame.rip == in_user_page(syscall_page_trampoline) + breakpoint_size;
}

void handle_syscall_breakpoint(TrapFrame& frame)
{
    frame.orig_rax = frame.rax;
    frame.rip = frame.rcx;
    frame.rflags = frame.r11;
    make_safe_for_user(frame);
    enable_interrupts_in_user_trap();
    kernel::on_system_call(frame);
}

/// Returns whether SYSRET will do.
extern "C" bool handle_syscall(TrapFrame& frame)
{
    enable_interrupts_in_user_trap();
    kernel::on_system_call(frame);
    prepare_user_return(frame);
    return may_return_by_sysret(frame);
}

} // namespace arch
