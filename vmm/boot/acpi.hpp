#pragma once

#include "vmm/boot/load_guest.hpp"
#include "vmm/boot/placement.hpp"

namespace vitrine {

/// Puts the ACPI tables a guest needs to find its CPUs, the IOAPIC and the serial port where a BIOS would have
/// put them: RSDP, RSDT, XSDT, FADT (hardware-reduced), MADT, DSDT (ACPI 6.5 §5.2). Returns the RSDP's address. Throws
/// ImageError.
GuestAddress place_acpi_tables(Placement& placement, const MachineConfig& config, const MachineFacts& facts);

} // namespace vitrine
