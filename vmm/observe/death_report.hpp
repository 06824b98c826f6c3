#pragma once

#include "vmm/boot/symbols.hpp"
#include "vmm/machine/guest_memory.hpp"
#include "vmm/observe/exit_key.hpp"
#include "vmm/observe/exit_log.hpp"
#include "vmm/observe/registers.hpp"

#include <optional>
#include <span>
#include <string>
#include <vector>

namespace vitrine {

/// What is known of one vCPU at the guest's death.
struct CpuState {
    unsigned id = 0;
    std::string activity;               ///< what it was doing, in words; may be empty
    std::optional<Registers> registers; ///< nothing when KVM would not give them
    std::vector<LoggedExit> exits;      ///< the last ones, oldest first
};

/// What explains numbers to a person.
struct ReportContext {
    const GuestMemory& memory;
    const SymbolTable& symbols;
    const DeviceNames& names;
    double nanoseconds_per_cycle = 0;
};

/// Registers, the code at RIP with its symbol, and the last exits, of every vCPU.
std::string death_report(const std::string& reason, std::span<const CpuState> cpus, const ReportContext& context);

/// `0xffffffff80201234 (kernel::panic+0x14)`; without a symbol, the address alone.
std::string with_symbol(std::uint64_t address, const SymbolTable& symbols);

} // namespace vitrine
