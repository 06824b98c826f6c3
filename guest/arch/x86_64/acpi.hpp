#pragma once

#include "abi/boot_info.hpp"
#include "lib/types.hpp"

#include <span>

namespace arch {

/// What the kernel wants from ACPI: the MADT's processors and I/O APIC (ACPI specification 6.5, §5.2.12).
struct MachineTables {
    std::size_t cpu_count;        ///< at least 1: the boot CPU
    vitrine::abi::Device io_apic; ///< base 0: none
};

/// `rsdp` is a physical address, or 0; physical memory is mapped below `mapped_end`. Writes the CPUs' APIC ids to
/// `cpus`, the boot CPU's first. Tables beyond, or with a bad signature or length, are passed by.
MachineTables read_acpi(u64 rsdp, u64 mapped_end, std::span<u32> cpus);

} // namespace arch
