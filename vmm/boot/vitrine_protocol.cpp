#include "abi/kernel_note.hpp"
#include "abi/layout.hpp"
#include "vmm/boot/boot_area.hpp"
#include "vmm/boot/gdt.hpp"
#include "vmm/boot/page_tables.hpp"
#include "vmm/boot/protocols.hpp"

#include <fmt/format.h>

#include <numeric>

namespace vitrine {

namespace {

void check_note(const ElfImage& elf)
{
    const auto description = elf.note("Vitrine", abi::KernelNote::note_type);
    if (!description)
        elf.image().fail(0, "no ELF note \"Vitrine\": this kernel has no direct 64-bit entry (abi/kernel_note.hpp)");
    std::uint32_t version = 0;
    if (description->size() != sizeof version)
        elf.image().fail(0, fmt::format("the note \"Vitrine\" has {} bytes instead of 4", description->size()));
    std::memcpy(&version, description->data(), sizeof version);
    if (version != abi::boot_version)
        elf.image().fail(0, fmt::format("the kernel speaks version {} of the boot interface and this vitrine version "
                                        "{}: build both from the same source",
                                        version, abi::boot_version));
}

/// The contract of abi/layout.hpp. Segments in the lower half are code for other boot loaders: loaded, not mapped.
void check_addresses(const ElfImage& elf)
{
    if (!elf.is_64_bit())
        elf.image().fail(0, "the kernel is 32-bit, but its note \"Vitrine\" promises a 64-bit entry");
    for (const ElfSegment& segment : elf.segments()) {
        if (segment.virtual_address <= abi::user_end)
            continue;
        if (segment.virtual_address < abi::kernel_image_base ||
            segment.virtual_address - abi::kernel_image_base != segment.physical_address.value)
            elf.image().fail(segment.offset,
                             fmt::format("a segment linked at {:#x} for physical {:#x}: it must be at {:#x} + physical",
                                         segment.virtual_address, segment.physical_address.value,
                                         abi::kernel_image_base));
        if (segment.writable && segment.executable)
            elf.image().fail(segment.offset,
                             fmt::format("the segment at {:#x} is writable and executable", segment.virtual_address));
    }
    const ElfSegment* const entry = elf.segment_at_virtual(elf.entry());
    if (entry == nullptr || !entry->executable || entry->virtual_address < abi::kernel_image_base)
        elf.image().fail(
            0, fmt::format("the entry point {:#x} is not in an executable segment of the kernel", elf.entry()));
}

GuestAddress place_trace_rings(const BootContext& context)
{
    const Bytes size{context.facts.trace_ring_size.value * context.config.cpus};
    if (size.value == 0)
        return {};
    return context.placement.place({.what = "the trace rings",
                                    .size = size,
                                    .type = abi::MemoryType::trace,
                                    .lowest = Placement::legacy_end,
                                    .from_top = true});
}

abi::KernelMode kernel_mode(KernelModeChoice choice)
{
    switch (choice) {
    case KernelModeChoice::ring0: return abi::KernelMode::ring0;
    case KernelModeChoice::ring3: return abi::KernelMode::ring3;
    case KernelModeChoice::automatic: break;
    }
    return abi::KernelMode::automatic;
}

/// Everything the kernel is told, in guest memory.
class BootInfoWriter {
public:
    explicit BootInfoWriter(const BootContext& context) : context_{context}, cpus_(context.config.cpus)
    {
        std::iota(cpus_.begin(), cpus_.end(), 0U);
    }

    /// Last of all: the memory map is complete once the area for it is placed.
    GuestAddress write(abi::BootInfo info, EntryState& entry, std::vector<abi::MemoryRange>& map)
    {
        BootArea area{context_.placement, size(), Placement::legacy_end};
        map = context_.placement.memory_map();
        add_gdt(entry, area);
        info.memory = table(area, std::span<const abi::MemoryRange>{map});
        info.devices = table(area, context_.facts.devices);
        info.cpus = table(area, std::span<const std::uint32_t>{cpus_});
        info.command_line = table(area, std::span<const char>{context_.config.command_line});
        return area.put_value(info);
    }

private:
    Bytes size() const
    {
        // Placing the area itself splits one range of the map into at most three.
        const std::size_t ranges = context_.placement.memory_map().size() + 2;
        return room_for(sizeof(FlatGdt)) + room_for(ranges * sizeof(abi::MemoryRange)) +
               room_for(context_.facts.devices.size_bytes()) + room_for(cpus_.size() * sizeof(std::uint32_t)) +
               room_for(context_.config.command_line.size()) + room_for(sizeof(abi::BootInfo));
    }

    template <typename T>
    static abi::Table table(BootArea& area, std::span<const T> elements)
    {
        return {.address = area.put_table(elements).value, .count = elements.size()};
    }

    const BootContext& context_;
    std::vector<std::uint32_t> cpus_;
};

} // namespace

LoadedGuest load_vitrine(const BootContext& context)
{
    const ElfImage elf{context.image};
    check_note(elf);
    check_addresses(elf);
    load_segments(elf, context.placement);
    const auto initramfs = load_initramfs(context, GuestAddress{~0ULL}, true);
    const GuestAddress rings = place_trace_rings(context);

    LoadedGuest guest{.protocol = BootProtocol::vitrine, .symbols = symbols_of(context.image), .trace_rings = rings};
    guest.entry = {.mode = CpuMode::long64, .rip = elf.entry()};
    guest.entry.page_tables = build_kernel_page_tables(context.placement, elf, context.facts.gigabyte_pages);

    abi::BootInfo info{};
    info.magic = abi::boot_magic;
    info.version = abi::boot_version;
    info.size = sizeof info;
    info.flags = abi::boot_ram_is_zeroed;
    info.kernel_mode = kernel_mode(context.config.kernel_mode);
    if (initramfs)
        info.initramfs = {.address = initramfs->address.value, .count = initramfs->size.value};
    info.tsc_khz = context.facts.tsc_khz;
    info.page_tables = guest.entry.page_tables.value;
    if (context.facts.trace_ring_size.value != 0) {
        info.flags |= abi::boot_trace;
        info.trace = {.rings = rings.value,
                      .ring_size = context.facts.trace_ring_size.value,
                      .channel = static_cast<std::uint32_t>(context.facts.trace_channel),
                      .padding = 0,
                      .enabled = context.facts.trace_enabled};
    }
    guest.entry.rsi = BootInfoWriter{context}.write(info, guest.entry, guest.memory_map).value;
    guest.entry.rdi = guest.entry.rsi;
    return guest;
}

} // namespace vitrine
