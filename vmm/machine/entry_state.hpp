#pragma once

#include "vmm/machine/address.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace vitrine {

enum class CpuMode { real16, protected32, long64 };

/// What a boot protocol leaves for the boot CPU: the only thing the vCPU set-up needs to know of it. The rest is the
/// same for all protocols and is set by whoever sets up the vCPU. In all modes: RFLAGS 2 (interrupts off, direction
/// up), flat segments, an empty IDT (real16: the vectors at 0). real16: CR0 0x10, CR4 0, EFER 0. protected32: CR0 0x11
/// (PE, ET), CR4 0, EFER 0, an active 32-bit TSS (base 0, limit 0xffff), as PVH and multiboot want. long64: CR0 PE, ET,
/// NE, WP, PG; CR4 PAE and PGE; EFER LME, LMA, NXE.
struct EntryState {
    CpuMode mode = CpuMode::long64;
    std::uint64_t rip = 0; ///< real16: the offset in `real_segment`
    std::uint64_t rsp = 0;
    std::uint64_t rax = 0;
    std::uint64_t rbx = 0;
    std::uint64_t rsi = 0;
    std::uint64_t rdi = 0;
    GuestAddress page_tables{}; ///< long64: CR3
    GuestAddress gdt{};         ///< a flat GDT with code 0x10 and data 0x18; unused in real mode
    std::uint16_t gdt_limit = 0;
    std::uint16_t code_selector = 0x10;
    std::uint16_t data_selector = 0x18;
    std::uint16_t real_segment = 0; ///< real16: CS, DS, ES, SS
};

} // namespace vitrine
