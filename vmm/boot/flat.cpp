#include "vmm/boot/gdt.hpp"
#include "vmm/boot/page_tables.hpp"
#include "vmm/boot/protocols.hpp"

#include <fmt/format.h>

namespace vitrine {

namespace {

/// Real mode reaches the first MiB by segment:offset. Below 64 KiB the segment is 0, as after a BIOS: link the program
/// at its address. Above, the segment is that of the entry.
void enter_real_mode(EntryState& entry, const ImageView& image)
{
    constexpr std::uint64_t first_megabyte = 1 << 20;
    constexpr std::uint64_t segment_size = 1 << 16;
    if (entry.rip >= first_megabyte)
        image.fail(0, fmt::format("a real-mode entry at {:#x}: it must be below 1 MiB", entry.rip));
    if (entry.rip >= segment_size) {
        entry.real_segment = static_cast<std::uint16_t>(entry.rip >> 4);
        entry.rip &= 0xf;
        entry.rsp = 0; // the segment's end
    }
}

} // namespace

LoadedGuest load_flat(const BootContext& context)
{
    const FlatImage& flat = context.config.flat;
    if (flat.entry < flat.address || flat.entry - flat.address >= context.image.size())
        context.image.fail(0, fmt::format("the entry {:#x} is outside the program, which is loaded at [{:#x}, +{:#x})",
                                          flat.entry.value, flat.address.value, context.image.size().value));
    context.placement.claim("the flat program", flat.address, context.image.size(), abi::MemoryType::kernel);
    context.memory().write(flat.address, context.image.bytes());

    LoadedGuest guest{.protocol = BootProtocol::flat};
    guest.entry = {.mode = flat.mode, .rip = flat.entry.value, .rsp = flat.address.value};
    if (flat.mode == CpuMode::real16) {
        enter_real_mode(guest.entry, context.image);
    } else {
        BootArea area{context.placement, page_size};
        add_gdt(guest.entry, area);
        if (flat.mode == CpuMode::long64)
            guest.entry.page_tables = build_identity_page_tables(context.placement, context.facts.gigabyte_pages);
    }
    guest.memory_map = firmware_memory_map(context.placement);
    return guest;
}

} // namespace vitrine
