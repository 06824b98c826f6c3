#pragma once

#include "lib/types.hpp"

/// Calls of the monitor (monitor.S): what the kernel in ring 3 has ring 0 do. Not for the kernel in ring 0.
extern "C" {

void monitor_write_msr(u32 msr, u64 value);
u64 monitor_read_msr(u32 msr);
/// Loads CR3 and forgets all translations.
void monitor_load_root(u64 root);
void monitor_forget_page(u64 address);

struct MonitorControlRegisters {
    u64 cr0;
    u64 cr4;
};
MonitorControlRegisters monitor_read_control();
/// A value that the CPU refuses is fatal.
void monitor_write_cr4(u64 value);

u8 monitor_in8(u16 port);
void monitor_out8(u16 port, u8 value);
void monitor_out32(u16 port, u32 value);
void monitor_out_string(u16 port, const char* bytes, u64 count);

/// CPUID as ring 0 sees it, with what the hypervisor says of itself: EAX, EBX, ECX, EDX.
void monitor_cpuid(u32 leaf, u32 subleaf, u32* registers);

/// Opens the CPU's interrupt flag.
void monitor_open_interrupts();
/// Unmasks, opens the flag and waits for an interrupt; returns at once if one is held.
void monitor_wait();
/// Halts this CPU for good; only an NMI could still be noted.
[[noreturn]] void monitor_stop();
/// For the end: LIDT.
void monitor_load_interrupt_table(const void* pointer);

/// Where SYSCALL goes if it enters ring 0.
extern const char monitor_syscall[];
extern const char monitor_begin[];
extern const char monitor_end[];
}
