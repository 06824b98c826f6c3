#pragma once

#include "lib/types.hpp"

/// What a PVH loader leaves for us: xen/include/public/arch-x86/hvm/start_info.h, also the ABI of QEMU, Firecracker and
/// Cloud Hypervisor.
namespace arch::pvh {

inline constexpr u32 start_magic = 0x336e'c578;

struct StartInfo {
    u32 magic;
    u32 version;
    u32 flags;
    u32 module_count;
    u64 modules; ///< Module[]
    u64 command_line;
    u64 rsdp;
    u64 memory_map; ///< MemoryMapEntry[]; version 1 and later, as the rest
    u32 memory_map_entries;
    u32 reserved;
};
static_assert(sizeof(StartInfo) == 56);

struct Module {
    u64 address;
    u64 size;
    u64 command_line;
    u64 reserved;
};
static_assert(sizeof(Module) == 32);

/// Types are those of E820 (ACPI specification 6.5, §15).
struct MemoryMapEntry {
    u64 address;
    u64 size;
    u32 type;
    u32 reserved;
};
static_assert(sizeof(MemoryMapEntry) == 24);

inline constexpr u32 e820_usable = 1;
inline constexpr u32 e820_acpi = 3;

} // namespace arch::pvh
