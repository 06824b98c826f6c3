#include "vmm/boot/acpi.hpp"
#include "vmm/boot/boot_area.hpp"
#include "vmm/boot/gdt.hpp"
#include "vmm/boot/protocols.hpp"

#include <fmt/format.h>

/// Xen's x86/HVM direct boot ABI (xen: docs/misc/pvh.pandoc; structures: public/arch-x86/hvm/start_info.h).
namespace vitrine {

namespace {

constexpr std::uint32_t phys32_entry_note = 18; ///< XEN_ELFNOTE_PHYS32_ENTRY
constexpr std::uint32_t start_magic = 0x336e'c578;

struct StartInfo {
    std::uint32_t magic = start_magic;
    std::uint32_t version = 1;
    std::uint32_t flags = 0;
    std::uint32_t module_count = 0;
    std::uint64_t modules = 0;
    std::uint64_t command_line = 0;
    std::uint64_t rsdp = 0;
    std::uint64_t memory_map = 0;
    std::uint32_t memory_map_entries = 0;
    std::uint32_t reserved = 0;
};
static_assert(sizeof(StartInfo) == 56);

struct Module {
    std::uint64_t address = 0;
    std::uint64_t size = 0;
    std::uint64_t command_line = 0;
    std::uint64_t reserved = 0;
};
static_assert(sizeof(Module) == 32);

/// abi::MemoryRange is laid out like hvm_memmap_table_entry, and its first types are E820's.
using MemoryMapEntry = abi::MemoryRange;
static_assert(sizeof(MemoryMapEntry) == 24);

} // namespace

std::optional<GuestAddress> find_pvh_entry(const ElfImage& elf)
{
    const auto note = elf.note("Xen", phys32_entry_note);
    if (!note)
        return std::nullopt;
    std::uint64_t entry = 0; // 32 bits wide in 32-bit images, and as wide as the image's author thought in others
    if (note->size() != 4 && note->size() != 8)
        elf.image().fail(0, fmt::format("the PVH entry note has {} bytes instead of 4 or 8", note->size()));
    std::memcpy(&entry, note->data(), note->size());
    return GuestAddress{entry};
}

LoadedGuest load_pvh(const BootContext& context)
{
    const ElfImage elf{context.image};
    const auto entry = find_pvh_entry(elf);
    if (!entry)
        context.image.fail(0, "no PVH note (XEN_ELFNOTE_PHYS32_ENTRY): for Linux, build it with CONFIG_PVH=y");
    if (elf.segment_at_physical(*entry) == nullptr || *entry >= GuestMemory::hole_end)
        context.image.fail(0, fmt::format("the PVH entry {:#x} is not in a segment below 4 GiB", entry->value));
    load_segments(elf, context.placement);

    const auto modules = load_modules(context, GuestMemory::hole_begin);
    const GuestAddress rsdp = place_acpi_tables(context.placement, context.config, context.facts);
    std::uint64_t names_size = 0;
    for (const LoadedModule& module : modules)
        names_size += room_for(module.name.size() + 1).value;
    const std::size_t ranges = firmware_memory_map(context.placement).size() + 2; // the area itself may split one
    BootArea area{context.placement, room_for(sizeof(FlatGdt)) + room_for(sizeof(StartInfo)) +
                                         room_for(ranges * sizeof(MemoryMapEntry)) +
                                         room_for(context.config.command_line.size() + 1) +
                                         room_for(modules.size() * sizeof(Module)) + Bytes{names_size}};

    LoadedGuest guest{.protocol = BootProtocol::pvh, .symbols = symbols_of(context.image)};
    guest.memory_map = firmware_memory_map(context.placement);
    guest.entry = {.mode = CpuMode::protected32, .rip = entry->value};
    add_gdt(guest.entry, area);

    std::vector<Module> list;
    list.reserve(modules.size());
    for (const LoadedModule& module : modules)
        list.push_back({.address = module.address.value,
                        .size = module.size.value,
                        .command_line = area.put_text(module.name).value});
    StartInfo info;
    info.module_count = static_cast<std::uint32_t>(list.size());
    info.modules = list.empty() ? 0 : area.put_table(std::span<const Module>{list}).value;
    info.command_line = area.put_text(context.config.command_line).value;
    info.rsdp = rsdp.value;
    info.memory_map = area.put_table(std::span<const MemoryMapEntry>{guest.memory_map}).value;
    info.memory_map_entries = static_cast<std::uint32_t>(guest.memory_map.size());
    guest.entry.rbx = area.put_value(info).value;
    return guest;
}

} // namespace vitrine
