#include "vmm/boot/acpi.hpp"
#include "vmm/boot/boot_area.hpp"
#include "vmm/boot/gdt.hpp"
#include "vmm/boot/protocols.hpp"

#include <fmt/format.h>

#include <algorithm>

/// Multiboot Specification version 0.6.96.
namespace vitrine {

namespace {

constexpr std::uint64_t header_search = 8192;
constexpr std::uint32_t header_magic = 0x1bad'b002;
constexpr std::uint32_t loader_magic = 0x2bad'b002;

/// Flags of the image's header (§3.1.1).
enum HeaderFlag : std::uint32_t {
    page_aligned_modules = 1 << 0,
    wants_memory_info = 1 << 1,
    has_addresses = 1 << 16,
    mandatory = 0xffff, ///< a loader that does not know one of these must refuse
};

/// §3.1.2
struct Header {
    std::uint32_t magic;
    std::uint32_t flags;
    std::uint32_t checksum;
    std::uint32_t header_address;
    std::uint32_t load_address;
    std::uint32_t load_end;
    std::uint32_t bss_end;
    std::uint32_t entry;
};
constexpr std::uint64_t short_header_size = 12;

/// What of the information structure is valid (§3.3).
enum InfoFlag : std::uint32_t {
    memory_sizes = 1 << 0,
    command_line = 1 << 2,
    modules = 1 << 3,
    memory_map = 1 << 6,
    loader_name = 1 << 9,
};

/// §3.3, up to the last field that we fill in.
struct Info {
    std::uint32_t flags = 0;
    std::uint32_t lower_kib = 0;
    std::uint32_t upper_kib = 0;
    std::uint32_t boot_device = 0;
    std::uint32_t command_line = 0;
    std::uint32_t module_count = 0;
    std::uint32_t modules = 0;
    std::uint32_t symbols[4] = {};
    std::uint32_t memory_map_size = 0;
    std::uint32_t memory_map = 0;
    std::uint32_t drives[2] = {};
    std::uint32_t config_table = 0;
    std::uint32_t loader_name = 0;
    std::uint32_t unused[13] = {};
};
static_assert(sizeof(Info) == 120);

struct Module {
    std::uint32_t begin;
    std::uint32_t end;
    std::uint32_t text;
    std::uint32_t reserved;
};
static_assert(sizeof(Module) == 16);

struct [[gnu::packed]] MemoryMapEntry {
    std::uint32_t size = 20; ///< of the rest
    std::uint64_t base;
    std::uint64_t length;
    std::uint32_t type; ///< E820's
};
static_assert(sizeof(MemoryMapEntry) == 24);

std::uint32_t low(GuestAddress address) { return static_cast<std::uint32_t>(address.value); }

/// The addresses in the header instead of an ELF's (§3.1.3). Returns the entry.
GuestAddress load_by_header(const BootContext& context, std::uint64_t offset)
{
    const ImageView& image = context.image;
    const auto header = image.read<Header>(offset, "a multiboot header with addresses");
    const std::uint64_t before_header = std::uint64_t{header.header_address} - header.load_address;
    if (header.header_address < header.load_address || before_header > offset)
        image.fail(offset, fmt::format("the multiboot header puts itself at {:#x} and the image at {:#x}, which does "
                                       "not fit its place in the file",
                                       header.header_address, header.load_address));
    const std::uint64_t begin = offset - before_header;
    if (header.load_end != 0 && header.load_end < header.load_address)
        image.fail(offset, "the multiboot header's load end is below its begin");
    const std::uint64_t size =
        header.load_end != 0 ? header.load_end - header.load_address : image.size().value - begin;
    const auto bytes = image.slice(begin, size, "the multiboot image");
    const std::uint64_t end = std::max<std::uint64_t>(header.load_address + size, header.bss_end);
    if (header.entry < header.load_address || header.entry >= end)
        image.fail(offset, fmt::format("the multiboot entry {:#x} is outside the image", header.entry));
    context.placement.claim("the multiboot image", GuestAddress{header.load_address}, Bytes{end - header.load_address},
                            abi::MemoryType::kernel);
    context.memory().write(GuestAddress{header.load_address}, bytes);
    return {header.entry};
}

/// Segments at their physical addresses. e_entry is physical too, but linkers write the virtual one.
GuestAddress load_by_elf(const BootContext& context, std::uint64_t header_offset)
{
    if (!ElfImage::has_magic(context.image))
        context.image.fail(header_offset, "a multiboot header without addresses, in a file that is not an ELF");
    const ElfImage elf{context.image};
    GuestAddress entry{elf.entry()};
    if (const ElfSegment* segment = elf.segment_at_virtual(elf.entry()))
        entry = segment->physical_address + Bytes{elf.entry() - segment->virtual_address};
    if (elf.segment_at_physical(entry) == nullptr || entry >= GuestMemory::hole_end)
        context.image.fail(0, fmt::format("the entry {:#x} is not in a segment below 4 GiB", elf.entry()));
    load_segments(elf, context.placement);
    return entry;
}

std::vector<MemoryMapEntry> memory_map_entries(std::span<const abi::MemoryRange> map)
{
    std::vector<MemoryMapEntry> entries;
    for (const abi::MemoryRange& range : map)
        entries.push_back({.base = range.base, .length = range.size, .type = static_cast<std::uint32_t>(range.type)});
    return entries;
}

GuestAddress write_info(const BootContext& context, BootArea& area, std::span<const LoadedModule> files,
                        std::span<const MemoryMapEntry> map, const std::string& arguments)
{
    const std::uint64_t low_ram = context.memory().regions().front().host.size();
    const std::uint64_t first_mib = Placement::legacy_end.value;

    std::vector<Module> list;
    for (const LoadedModule& file : files)
        list.push_back({low(file.address), low(file.address + file.size), low(area.put_text(file.name)), 0});
    Info info;
    info.flags = memory_sizes | command_line | modules | memory_map | loader_name;
    info.lower_kib = static_cast<std::uint32_t>(std::min(low_ram, Placement::legacy_begin.value) >> 10);
    info.upper_kib = static_cast<std::uint32_t>((low_ram - std::min(low_ram, first_mib)) >> 10);
    info.command_line = low(area.put_text(arguments));
    info.module_count = static_cast<std::uint32_t>(list.size());
    info.modules = low(area.put_table(std::span<const Module>{list}));
    info.memory_map = low(area.put_table(map));
    info.memory_map_size = static_cast<std::uint32_t>(map.size_bytes());
    info.loader_name = low(area.put_text("vitrine"));
    return area.put_value(info);
}

} // namespace

std::optional<std::uint64_t> find_multiboot_header(const ImageView& image)
{
    const std::uint64_t end = std::min(header_search, image.size().value);
    for (std::uint64_t offset = 0; offset + short_header_size <= end; offset += 4) {
        if (image.read<std::uint32_t>(offset, "a word") != header_magic)
            continue;
        const auto words = image.read<std::array<std::uint32_t, 3>>(offset, "a multiboot header");
        if (words[0] + words[1] + words[2] == 0)
            return offset;
    }
    return std::nullopt;
}

LoadedGuest load_multiboot(const BootContext& context)
{
    const auto offset = find_multiboot_header(context.image);
    if (!offset)
        context.image.fail(0, "no multiboot header in the first 8 KiB whose checksum is right");
    const auto flags = context.image.read<std::uint32_t>(*offset + 4, "the multiboot flags");
    if ((flags & mandatory & ~(page_aligned_modules | wants_memory_info)) != 0)
        context.image.fail(*offset, fmt::format("the multiboot header demands features ({:#x}) that vitrine does not "
                                                "have: a video mode, or what came after version 0.6.96",
                                                flags));
    const GuestAddress entry =
        (flags & has_addresses) != 0 ? load_by_header(context, *offset) : load_by_elf(context, *offset);

    // Multiboot says nothing of ACPI: kernels search the BIOS area, as on any PC.
    place_acpi_tables(context.placement, context.config, context.facts);
    const auto files = load_modules(context, GuestMemory::hole_begin);
    // As from other loaders, the first word of the command line is the program's name.
    std::string arguments = context.config.kernel.filename().string();
    if (!context.config.command_line.empty())
        arguments += ' ' + context.config.command_line;
    std::uint64_t size = room_for(sizeof(FlatGdt)).value + room_for(sizeof(Info)).value +
                         room_for(arguments.size() + 1).value + room_for(sizeof "vitrine").value +
                         room_for(files.size() * sizeof(Module)).value;
    for (const LoadedModule& file : files)
        size += room_for(file.name.size() + 1).value;
    // The area itself may split a range of the memory map.
    size += room_for((firmware_memory_map(context.placement).size() + 2) * sizeof(MemoryMapEntry)).value;
    BootArea area{context.placement, Bytes{size}};

    LoadedGuest guest{.protocol = BootProtocol::multiboot, .memory_map = firmware_memory_map(context.placement)};
    if (ElfImage::has_magic(context.image))
        guest.symbols = symbols_of(context.image);
    guest.entry = {.mode = CpuMode::protected32, .rip = entry.value, .rax = loader_magic};
    add_gdt(guest.entry, area);
    const auto map = memory_map_entries(guest.memory_map);
    guest.entry.rbx = write_info(context, area, files, map, arguments).value;
    return guest;
}

} // namespace vitrine
