#pragma once

#include <cstdint>

/// What the guest kernel is told at its 64-bit entry: `rsi` holds the guest-physical address of a BootInfo. All
/// addresses in here are guest-physical; all structures lie in RAM the memory map calls `boot_data`.
///
/// State at entry: long mode, paging on (tables as in layout.hpp), interrupts off, flat 64-bit code and data segments
/// (CS 0x10, SS/DS/ES 0x18), `rsp` undefined, direction flag clear.
namespace vitrine::abi {

inline constexpr std::uint64_t boot_magic = 0x3142'4e49'5254'4956; ///< "VITRNIB1", little-endian
inline constexpr std::uint32_t boot_version = 1;

enum class MemoryType : std::uint32_t {
    usable = 1,    ///< free RAM
    reserved = 2,  ///< not RAM, or not to be touched
    acpi = 3,      ///< ACPI tables
    boot_data = 4, ///< RAM holding BootInfo, its tables, the first page tables, the command line: usable once consumed
    kernel = 5,    ///< RAM holding the kernel image, .bss included
    initramfs = 6, ///< RAM holding the initramfs
    trace = 7,     ///< RAM holding the trace rings
};

/// Ranges are page-aligned, sorted and disjoint.
struct MemoryRange {
    std::uint64_t base;
    std::uint64_t size;
    MemoryType type;
    std::uint32_t padding;
};
static_assert(sizeof(MemoryRange) == 24);

enum class DeviceKind : std::uint32_t {
    serial_16550 = 1,
    ioapic = 2,
    virtio_mmio = 3,
    i8042 = 4,
    interrupt_tester = 5,
    console_size = 6 ///< see console_size_port in ports.hpp
};

struct Device {
    DeviceKind kind;
    std::uint32_t gsi;  ///< global system interrupt; for an IOAPIC its first
    std::uint64_t base; ///< MMIO address, or port number
    std::uint64_t size;
};
static_assert(sizeof(Device) == 24);

/// A table elsewhere in guest memory.
struct Table {
    std::uint64_t address;
    std::uint64_t count; ///< elements, not bytes
};

enum class KernelMode : std::uint32_t { automatic = 0, ring0 = 1, ring3 = 2 };

enum BootFlag : std::uint32_t {
    boot_ram_is_zeroed = 1U << 0, ///< usable RAM was never written: no need to clear it
    boot_debug_exit = 1U << 1,    ///< end the run through debug_exit_port: there is no exit_port (not under vitrine)
    boot_trace = 1U << 2,         ///< `trace` is valid
};

/// See trace.hpp.
struct TraceArea {
    std::uint64_t rings;     ///< vCPU n's ring is at rings + n * ring_size
    std::uint64_t ring_size; ///< bytes, header included; a power of two
    std::uint32_t channel;   ///< TraceChannel
    std::uint32_t padding;
    std::uint64_t enabled; ///< bit n: event n is on
};

struct BootInfo {
    std::uint64_t magic;
    std::uint32_t version;
    std::uint32_t size; ///< sizeof(BootInfo) as the writer knew it
    std::uint32_t flags;
    KernelMode kernel_mode;
    Table memory;              ///< MemoryRange[]
    Table devices;             ///< Device[]
    Table cpus;                ///< std::uint32_t[]: APIC ids, the boot CPU first
    Table command_line;        ///< char[], not terminated
    Table initramfs;           ///< bytes
    std::uint64_t rsdp;        ///< ACPI RSDP, or 0
    std::uint64_t tsc_khz;     ///< 0: not known
    std::uint64_t page_tables; ///< root (CR3) of the first page tables
    TraceArea trace;
};
static_assert(sizeof(BootInfo) == 160);

} // namespace vitrine::abi
