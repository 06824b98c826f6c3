#include "test_images.hpp"

#include "abi/kernel_note.hpp"
#include "abi/layout.hpp"

#include <algorithm>
#include <array>
#include <asm/bootparam.h>
#include <fmt/format.h>

namespace vitrine::test {

namespace {

void append(Image& image, std::span<const std::byte> bytes)
{
    const std::size_t at = image.size();
    image.resize(at + bytes.size());
    std::copy(bytes.begin(), bytes.end(), image.begin() + static_cast<std::ptrdiff_t>(at));
}

void pad(Image& image, std::size_t unit) { image.resize((image.size() + unit - 1) / unit * unit); }

template <typename FileHeader, typename ProgramHeader>
Image make_elf(std::uint8_t elf_class, std::uint16_t machine, std::uint64_t entry,
               std::span<const TestSegment> segments, std::span<const TestNote> notes)
{
    const std::size_t headers = segments.size() + (notes.empty() ? 0 : 1);
    FileHeader file{};
    std::memcpy(file.e_ident, ELFMAG, SELFMAG);
    file.e_ident[EI_CLASS] = elf_class;
    file.e_ident[EI_DATA] = ELFDATA2LSB;
    file.e_ident[EI_VERSION] = EV_CURRENT;
    file.e_type = ET_EXEC;
    file.e_machine = machine;
    file.e_version = EV_CURRENT;
    file.e_entry = static_cast<decltype(file.e_entry)>(entry);
    file.e_phoff = sizeof file;
    file.e_ehsize = sizeof file;
    file.e_phentsize = sizeof(ProgramHeader);
    file.e_phnum = static_cast<std::uint16_t>(headers);

    Image image(sizeof file + headers * sizeof(ProgramHeader));
    patch(image, 0, file);
    std::size_t header_at = sizeof file;
    const auto put_header = [&](const ProgramHeader& header) {
        patch(image, header_at, header);
        header_at += sizeof header;
    };
    using Word = decltype(ProgramHeader::p_vaddr);
    for (const TestSegment& segment : segments) {
        ProgramHeader header{};
        header.p_type = PT_LOAD;
        header.p_flags = segment.flags;
        header.p_offset = static_cast<Word>(image.size());
        header.p_vaddr = static_cast<Word>(segment.virtual_address);
        header.p_paddr = static_cast<Word>(segment.physical_address);
        header.p_filesz = static_cast<Word>(segment.bytes.size());
        header.p_memsz = static_cast<Word>(segment.memory_size);
        header.p_align = 4096;
        put_header(header);
        append(image, segment.bytes);
    }
    if (!notes.empty()) {
        pad(image, 4);
        ProgramHeader header{};
        header.p_type = PT_NOTE;
        header.p_offset = static_cast<Word>(image.size());
        header.p_align = 4;
        for (const TestNote& note : notes) {
            const Elf64_Nhdr note_header{static_cast<std::uint32_t>(note.name.size() + 1),
                                         static_cast<std::uint32_t>(note.description.size()), note.type};
            append(image, std::as_bytes(std::span{&note_header, 1}));
            append(image, bytes_of(note.name));
            image.push_back(std::byte{0});
            pad(image, 4);
            append(image, note.description);
            pad(image, 4);
        }
        header.p_filesz = static_cast<Word>(image.size() - header.p_offset);
        put_header(header);
    }
    return image;
}

void append_cpio_entry(Image& image, std::string_view name, std::uint32_t mode, std::string_view data)
{
    append(image, bytes_of(fmt::format("070701{:08x}{:08x}{:08x}{:08x}{:08x}{:08x}{:08x}{:08x}{:08x}{:08x}{:08x}{:08x}"
                                       "{:08x}{}",
                                       1, mode, 0, 0, 1, 0, data.size(), 0, 0, 0, 0, name.size() + 1, 0, name)));
    image.push_back(std::byte{0});
    pad(image, 4);
    append(image, bytes_of(data));
    pad(image, 4);
}

} // namespace

std::vector<std::byte> bytes_of(std::string_view text)
{
    const auto bytes = std::as_bytes(std::span{text});
    return {bytes.begin(), bytes.end()};
}

Image make_elf64(std::uint64_t entry, std::span<const TestSegment> segments, std::span<const TestNote> notes)
{
    return make_elf<Elf64_Ehdr, Elf64_Phdr>(ELFCLASS64, EM_X86_64, entry, segments, notes);
}

Image make_elf32(std::uint32_t entry, std::span<const TestSegment> segments, std::span<const TestNote> notes)
{
    return make_elf<Elf32_Ehdr, Elf32_Phdr>(ELFCLASS32, EM_386, entry, segments, notes);
}

Image make_vitrine_kernel()
{
    const std::uint64_t text = abi::kernel_physical_base;
    const std::uint64_t data = text + 0x2000;
    const std::array<TestSegment, 2> segments{
        {{abi::kernel_image_base + text, text, bytes_of("text"), 0x2000, PF_R | PF_X},
         {abi::kernel_image_base + data, data, bytes_of("data"), 0x3000, PF_R | PF_W}}};
    const std::array<TestNote, 2> notes{{{"Xen", 18, bytes_of_value(static_cast<std::uint32_t>(text))},
                                         {"Vitrine", 1, bytes_of_value(abi::boot_version)}}};
    return make_elf64(abi::kernel_image_base + text, segments, notes);
}

Image make_pvh_kernel()
{
    const std::array<TestSegment, 2> segments{
        {{0xffff'ffff'8010'0000, 0x10'0000, bytes_of("pvh!"), 0x1800, PF_R | PF_X},
         {0xffff'ffff'8010'1800, 0x10'1800, bytes_of("data"), 0x1000, PF_R | PF_W}}};
    const std::array<TestNote, 2> notes{
        {{"GNU", 3, bytes_of("build-id")}, {"Xen", 18, bytes_of_value(std::uint64_t{0x10'0000})}}};
    return make_elf64(0x10'0000, segments, notes);
}

Image make_multiboot_kernel()
{
    const std::array<std::uint32_t, 4> header{0x1bad'b002, 3, -(0x1bad'b002U + 3), 0xf4f4'f4f4};
    const std::array<TestSegment, 1> segments{{{0x10'0000, 0x10'0000, bytes_of_value(header), 0x4000}}};
    return make_elf32(0x10'000c, segments);
}

Image make_multiboot_flat()
{
    constexpr std::uint32_t load = 0x20'0000;
    const std::array<std::uint32_t, 8> header{
        0x1bad'b002, 0x1'0000, -(0x1bad'b002U + 0x1'0000), load + 16, load, load + 48, load + 0x1000, load};
    Image image(16);
    append(image, std::as_bytes(std::span{header}));
    image.resize(64);
    return image;
}

Image make_bzimage()
{
    constexpr std::size_t code_size = 4096;
    setup_header header{};
    header.setup_sects = 1;
    header.boot_flag = 0xaa55;
    header.syssize = code_size / 16;
    header.jump = static_cast<std::uint16_t>(0xeb | ((0x1f1 + sizeof header - 0x202) << 8));
    header.header = 0x5372'6448;
    header.version = 0x020f;
    header.loadflags = LOADED_HIGH;
    header.initrd_addr_max = 0x7fff'ffff;
    header.kernel_alignment = 0x20'0000;
    header.relocatable_kernel = 1;
    header.xloadflags = XLF_KERNEL_64;
    header.cmdline_size = 2047;
    header.pref_address = 0x100'0000;
    header.init_size = 0x10'0000;
    Image image(1024 + code_size, std::byte{0x90});
    patch(image, 0x1f1, header);
    return image;
}

Image make_cpio()
{
    Image image;
    append_cpio_entry(image, "bin", 0040755, "");
    append_cpio_entry(image, "bin/true", 0100755,
                      "\x7f"
                      "ELF, more or less");
    append_cpio_entry(image, "init", 0120777, "bin/true");
    append_cpio_entry(image, "TRAILER!!!", 0, "");
    return image;
}

} // namespace vitrine::test
