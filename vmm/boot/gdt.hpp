#pragma once

#include "vmm/boot/boot_area.hpp"
#include "vmm/machine/entry_state.hpp"

#include <array>
#include <cstdint>

namespace vitrine {

/// The flat GDT that every protocol but real16 starts on, with Linux's selectors: code 0x10, data 0x18. Base 0,
/// limit 4 GiB, ring 0, accessed (Intel SDM vol. 3 §3.4.5).
struct FlatGdt {
    std::array<std::uint64_t, 4> descriptors;

    static constexpr std::uint64_t data = 0x00cf'9300'0000'ffff;
    static constexpr std::uint64_t code32 = 0x00cf'9b00'0000'ffff;
    static constexpr std::uint64_t code64 = 0x00af'9b00'0000'ffff;
};

/// Puts the GDT for `entry.mode` into `area` and notes it in `entry`.
inline void add_gdt(EntryState& entry, BootArea& area)
{
    const FlatGdt gdt{{0, 0, entry.mode == CpuMode::long64 ? FlatGdt::code64 : FlatGdt::code32, FlatGdt::data}};
    entry.gdt = area.put_value(gdt);
    entry.gdt_limit = sizeof gdt - 1;
    entry.code_selector = 0x10;
    entry.data_selector = 0x18;
}

} // namespace vitrine
