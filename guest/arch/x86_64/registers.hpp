#pragma once

#include "arch/x86_64/privilege.hpp"
#include "arch/x86_64/ring3/monitor.hpp"
#include "lib/types.hpp"

/// Control and model-specific registers, CPUID and I/O ports (Intel SDM vol. 3 §2.5, vol. 4; AMD APM vol. 2).
namespace arch {

enum class Msr : u32 {
    apic_base = 0x1b,
    tsc_deadline = 0x6e0,
    x2apic_id = 0x802,
    x2apic_first = 0x800, ///< + xAPIC register offset / 16
    efer = 0xc000'0080,
    star = 0xc000'0081,
    lstar = 0xc000'0082,
    syscall_mask = 0xc000'0084,
    fs_base = 0xc000'0100,
    gs_base = 0xc000'0101,
    kernel_gs_base = 0xc000'0102,
    kvm_wall_clock = 0x4b56'4d00, ///< MSR_KVM_WALL_CLOCK_NEW (Documentation/virt/kvm/x86/msr.rst)
    kvm_system_time = 0x4b56'4d01 ///< MSR_KVM_SYSTEM_TIME_NEW
};

namespace cr0 {
inline constexpr u64 monitor_coprocessor = 1 << 1;
inline constexpr u64 emulation = 1 << 2;
inline constexpr u64 task_switched = 1 << 3;
inline constexpr u64 numeric_error = 1 << 5;
inline constexpr u64 write_protect = 1 << 16;
} // namespace cr0

namespace cr4 {
inline constexpr u64 global_pages = 1 << 7;
inline constexpr u64 fxsave = 1 << 9;
inline constexpr u64 simd_exceptions = 1 << 10;
inline constexpr u64 xsave = 1 << 18;
inline constexpr u64 smep = 1 << 20;
} // namespace cr4

namespace efer {
inline constexpr u64 syscall = 1 << 0;
inline constexpr u64 no_execute = 1 << 11;
} // namespace efer

namespace rflags {
inline constexpr u64 always_one = 1 << 1;
inline constexpr u64 trap = 1 << 8;
inline constexpr u64 interrupt = 1 << 9;
inline constexpr u64 direction = 1 << 10;
inline constexpr u64 nested_task = 1 << 14;
inline constexpr u64 alignment_check = 1 << 18;
/// What a user may set: CF, PF, AF, ZF, SF, TF, DF, OF, RF, AC, ID.
inline constexpr u64 user_mask = 0x25'0dd5;
} // namespace rflags

/// What follows is privileged: the kernel in ring 3 has the monitor do it.

inline u64 read_msr(Msr msr)
{
    if (kernel_in_ring3)
        return monitor_read_msr(static_cast<u32>(msr));
    u32 low;
    u32 high;
    asm volatile("rdmsr" : "=a"(low), "=d"(high) : "c"(static_cast<u32>(msr)));
    return u64{high} << 32 | low;
}

inline void write_msr(Msr msr, u64 value)
{
    if (kernel_in_ring3)
        return monitor_write_msr(static_cast<u32>(msr), value);
    asm volatile("wrmsr" ::"c"(static_cast<u32>(msr)), "a"(static_cast<u32>(value)), "d"(static_cast<u32>(value >> 32))
                 : "memory");
}

inline u64 read_cr0()
{
    if (kernel_in_ring3)
        return monitor_read_control().cr0;
    u64 value;
    asm volatile("mov %%cr0, %0" : "=r"(value));
    return value;
}
/// Ring 0 only.
inline void write_cr0(u64 value) { asm volatile("mov %0, %%cr0" ::"r"(value) : "memory"); }

/// Ring 0 only.
inline u64 read_cr2()
{
    u64 value;
    asm volatile("mov %%cr2, %0" : "=r"(value));
    return value;
}

/// Ring 0 only.
inline u64 read_cr3()
{
    u64 value;
    asm volatile("mov %%cr3, %0" : "=r"(value));
    return value;
}
inline void write_cr3(u64 value)
{
    if (kernel_in_ring3)
        return monitor_load_root(value);
    asm volatile("mov %0, %%cr3" ::"r"(value) : "memory");
}

/// Drops this CPU's translation of one page, global or not.
inline void forget_page(kernel::VirtualAddress address)
{
    if (kernel_in_ring3)
        return monitor_forget_page(address.value);
    asm volatile("invlpg (%0)" ::"r"(address.value) : "memory");
}

inline u64 read_cr4()
{
    if (kernel_in_ring3)
        return monitor_read_control().cr4;
    u64 value;
    asm volatile("mov %%cr4, %0" : "=r"(value));
    return value;
}

/// False, and nothing changed, where the CPU (or the emulator that plays it) refuses the value with #GP.
bool try_write_cr4(u64 value);

struct CpuidLeaf {
    u32 eax, ebx, ecx, edx;
};

/// As the code that runs sees the processor: where ring 0 is emulated and CPL 3 is not, that is the host's.
inline CpuidLeaf cpuid_here(u32 leaf, u32 subleaf = 0)
{
    CpuidLeaf out;
    asm volatile("cpuid" : "=a"(out.eax), "=b"(out.ebx), "=c"(out.ecx), "=d"(out.edx) : "a"(leaf), "c"(subleaf));
    return out;
}

/// As ring 0 sees it: the machine's, with the hypervisor's leaves.
inline CpuidLeaf cpuid(u32 leaf, u32 subleaf = 0)
{
    if (!kernel_in_ring3)
        return cpuid_here(leaf, subleaf);
    u32 out[4];
    monitor_cpuid(leaf, subleaf, out);
    return {out[0], out[1], out[2], out[3]};
}

inline void out8(u16 port, u8 value)
{
    if (kernel_in_ring3)
        return monitor_out8(port, value);
    asm volatile("outb %0, %1" ::"a"(value), "Nd"(port) : "memory");
}
inline void out32(u16 port, u32 value)
{
    if (kernel_in_ring3)
        return monitor_out32(port, value);
    asm volatile("outl %0, %1" ::"a"(value), "Nd"(port) : "memory");
}
inline void out_string(u16 port, const char* bytes, u64 count)
{
    if (kernel_in_ring3)
        return monitor_out_string(port, bytes, count);
    asm volatile("rep outsb" : "+S"(bytes), "+c"(count) : "d"(port) : "memory");
}
inline u8 in8(u16 port)
{
    if (kernel_in_ring3)
        return monitor_in8(port);
    u8 value;
    asm volatile("inb %1, %0" : "=a"(value) : "Nd"(port) : "memory");
    return value;
}

/// Halts this CPU for good.
[[noreturn]] inline void stop_cpu()
{
    if (kernel_in_ring3)
        monitor_stop();
    for (;;)
        asm volatile("cli; hlt");
}

/// FSGSBASE (Intel SDM vol. 2): what the kernel in ring 3 has instead of MSRs.
inline u64 read_fs_base()
{
    u64 value;
    asm volatile("rdfsbase %0" : "=r"(value));
    return value;
}
inline void write_fs_base(u64 value) { asm volatile("wrfsbase %0" ::"r"(value) : "memory"); }
inline void write_gs_base(u64 value) { asm volatile("wrgsbase %0" ::"r"(value) : "memory"); }

} // namespace arch
