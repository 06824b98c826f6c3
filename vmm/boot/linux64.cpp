#include "vmm/boot/acpi.hpp"
#include "vmm/boot/boot_area.hpp"
#include "vmm/boot/gdt.hpp"
#include "vmm/boot/page_tables.hpp"
#include "vmm/boot/protocols.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <asm/bootparam.h>

/// The Linux/x86 boot protocol, 64-bit entry (Linux: Documentation/arch/x86/boot.rst). The structures are the kernel's
/// own user-space headers'.
namespace vitrine {

namespace {

constexpr std::uint64_t sector = 512;
constexpr std::uint64_t header_offset = 0x1f1;
constexpr std::uint64_t magic_offset = 0x202;
constexpr std::uint32_t header_magic = 0x5372'6448; ///< "HdrS"
constexpr std::uint16_t boot_sector_magic = 0xaa55;
constexpr std::uint16_t first_version = 0x020c; ///< 2.12: the first to say whether there is a 64-bit entry
constexpr std::uint64_t entry_offset = 0x200;   ///< of the 64-bit entry, in the protected-mode code
constexpr std::uint8_t unknown_loader = 0xff;
constexpr std::uint64_t largest_alignment = 1 << 30;

/// A bzImage, checked: the header, and the protected-mode code behind the real-mode code.
struct BzImage {
    setup_header header{};
    std::span<const std::byte> code{};
};

setup_header read_header(const ImageView& image)
{
    // The jump over the header tells its length: older kernels have a shorter one, the rest of it is zero.
    const std::uint64_t end =
        magic_offset + std::to_integer<std::uint8_t>(image.slice(magic_offset - 1, 1, "the setup header")[0]);
    const auto bytes = image.slice(header_offset, end - header_offset, "the setup header");
    setup_header header{};
    std::memcpy(&header, bytes.data(), std::min(bytes.size(), sizeof header));
    return header;
}

BzImage parse(const ImageView& image)
{
    if (!has_linux_header(image))
        image.fail(magic_offset, "no Linux setup header (\"HdrS\"): not a bzImage");
    BzImage bz{.header = read_header(image)};
    const setup_header& header = bz.header;
    if (header.version < first_version || (header.xloadflags & XLF_KERNEL_64) == 0)
        image.fail(header_offset,
                   fmt::format("this Linux kernel (boot protocol {}.{:02}) has no 64-bit entry: it is 32-bit or older "
                               "than 3.8",
                               header.version >> 8, header.version & 0xff));
    const std::uint64_t alignment = header.kernel_alignment;
    if ((alignment & (alignment - 1)) != 0 || alignment > largest_alignment)
        image.fail(header_offset, fmt::format("a kernel alignment of {:#x}", alignment));

    const std::uint64_t setup_sectors = header.setup_sects == 0 ? 4 : header.setup_sects;
    const std::uint64_t code_begin = (setup_sectors + 1) * sector;
    const std::uint64_t code_size = std::uint64_t{header.syssize} * 16;
    bz.code = image.slice(code_begin, code_size, "the kernel's code");
    if (code_size <= entry_offset)
        image.fail(code_begin, fmt::format("{} bytes of code do not reach the 64-bit entry", code_size));
    return bz;
}

/// Where the kernel wants to be, or, when it says that it can do with another place, the lowest that suits it.
GuestAddress load_code(const BootContext& context, const BzImage& bz)
{
    constexpr std::uint64_t default_address = 0x10'0000;
    const setup_header& header = bz.header;
    const Bytes size{std::max<std::uint64_t>(header.init_size, bz.code.size())};
    GuestAddress address{header.pref_address != 0 ? header.pref_address : default_address};
    const Bytes alignment{std::max<std::uint64_t>(header.kernel_alignment, page_size.value)};
    if (header.relocatable_kernel == 0) {
        context.placement.claim("the Linux kernel", address, size, abi::MemoryType::kernel);
    } else {
        const bool as_it_likes = context.memory().contains(address, size) && address >= Placement::legacy_end;
        address = context.placement.place({.what = "the Linux kernel",
                                           .size = size,
                                           .type = abi::MemoryType::kernel,
                                           .alignment = alignment,
                                           .lowest = as_it_likes ? address : Placement::legacy_end,
                                           .end = GuestMemory::hole_begin});
    }
    context.memory().write(address, bz.code);
    return address;
}

void check_command_line(const BootContext& context, const setup_header& header)
{
    constexpr std::uint32_t default_size = 255;
    const std::size_t limit = header.cmdline_size != 0 ? header.cmdline_size : default_size;
    if (context.config.command_line.size() > limit)
        context.image.fail(header_offset, fmt::format("the command line has {} characters, this kernel takes {}",
                                                      context.config.command_line.size(), limit));
}

void fill_memory_map(boot_params& params, std::span<const abi::MemoryRange> map)
{
    for (const abi::MemoryRange& range : map)
        params.e820_table[params.e820_entries++] = {range.base, range.size, static_cast<std::uint32_t>(range.type)};
}

} // namespace

bool has_linux_header(const ImageView& image)
{
    constexpr std::uint64_t boot_flag_offset = 0x1fe;
    return image.contains(0, magic_offset + sizeof header_magic) &&
           image.read<std::uint16_t>(boot_flag_offset, "the boot sector's signature") == boot_sector_magic &&
           image.read<std::uint32_t>(magic_offset, "the setup header's magic") == header_magic;
}

LoadedGuest load_linux64(const BootContext& context)
{
    const BzImage bz = parse(context.image);
    check_command_line(context, bz.header);
    const GuestAddress code = load_code(context, bz);
    const GuestAddress initrd_end =
        std::min(GuestAddress{std::uint64_t{bz.header.initrd_addr_max} + 1}, GuestMemory::hole_begin);
    const auto initrd = load_initramfs(context, initrd_end);

    LoadedGuest guest{.protocol = BootProtocol::linux64};
    guest.entry = {.mode = CpuMode::long64, .rip = (code + Bytes{entry_offset}).value};
    guest.entry.page_tables = build_identity_page_tables(context.placement, context.facts.gigabyte_pages);

    boot_params params{};
    params.hdr = bz.header;
    params.hdr.type_of_loader = unknown_loader;
    params.hdr.code32_start = static_cast<std::uint32_t>(code.value);
    params.acpi_rsdp_addr = place_acpi_tables(context.placement, context.config, context.facts).value;
    if (initrd) {
        params.hdr.ramdisk_image = static_cast<std::uint32_t>(initrd->address.value);
        params.hdr.ramdisk_size = static_cast<std::uint32_t>(initrd->size.value);
    }
    BootArea area{context.placement, room_for(sizeof(FlatGdt)) + room_for(sizeof params) +
                                         room_for(context.config.command_line.size() + 1)};
    guest.memory_map = firmware_memory_map(context.placement);
    fill_memory_map(params, guest.memory_map);
    add_gdt(guest.entry, area);
    params.hdr.cmd_line_ptr = static_cast<std::uint32_t>(area.put_text(context.config.command_line).value);
    guest.entry.rsi = area.put_value(params).value;
    return guest;
}

} // namespace vitrine
