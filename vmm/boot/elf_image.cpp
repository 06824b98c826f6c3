#include "vmm/boot/elf_image.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <elf.h>

namespace vitrine {

namespace {

/// A kernel has a handful; an image with more than this is broken, or made to waste our time.
constexpr std::size_t max_segments = 64;
constexpr std::size_t max_notes = 1024;

struct Class32 {
    using FileHeader = Elf32_Ehdr;
    using ProgramHeader = Elf32_Phdr;
    static constexpr std::uint16_t machine = EM_386;
    static constexpr std::string_view machine_name = "a 32-bit x86";
};

struct Class64 {
    using FileHeader = Elf64_Ehdr;
    using ProgramHeader = Elf64_Phdr;
    static constexpr std::uint16_t machine = EM_X86_64;
    static constexpr std::string_view machine_name = "an x86-64";
};

bool wraps(std::uint64_t base, std::uint64_t size) { return base + size < base; }

std::string_view type_name(std::uint16_t type)
{
    switch (type) {
    case ET_REL: return "an object file (.o): link it first";
    case ET_DYN: return "position-independent: link it with -no-pie at a fixed address";
    case ET_CORE: return "a core dump";
    default: return "of an unknown type";
    }
}

} // namespace

bool ElfImage::has_magic(const ImageView& image)
{
    return image.contains(0, SELFMAG) && std::memcmp(image.bytes().data(), ELFMAG, SELFMAG) == 0;
}

ElfImage::ElfImage(const ImageView& image) : image_{image}
{
    if (!has_magic(image))
        image.fail(0, "no ELF magic");
    const auto ident = image.slice(0, EI_NIDENT, "the ELF identification");
    if (ident[EI_DATA] != std::byte{ELFDATA2LSB})
        image.fail(EI_DATA, "the ELF file is big-endian: build it for x86");
    if (ident[EI_CLASS] == std::byte{ELFCLASS64})
        parse<Class64>();
    else if (ident[EI_CLASS] == std::byte{ELFCLASS32})
        parse<Class32>();
    else
        image.fail(EI_CLASS, "the ELF class is neither 32-bit nor 64-bit");
}

template <typename Class>
void ElfImage::parse()
{
    using FileHeader = typename Class::FileHeader;
    using ProgramHeader = typename Class::ProgramHeader;

    const auto header = image_.read<FileHeader>(0, "the ELF header");
    if (header.e_machine != Class::machine)
        image_.fail(offsetof(FileHeader, e_machine),
                    fmt::format("an ELF file for machine {}, not {} one: build it for x86", header.e_machine,
                                Class::machine_name));
    if (header.e_type != ET_EXEC)
        image_.fail(offsetof(FileHeader, e_type), fmt::format("the ELF file is {}", type_name(header.e_type)));
    if (header.e_phnum != 0 && header.e_phentsize != sizeof(ProgramHeader))
        image_.fail(offsetof(FileHeader, e_phentsize), fmt::format("a program header of {} bytes where {} are expected",
                                                                   header.e_phentsize, sizeof(ProgramHeader)));
    is_64_bit_ = Class::machine == EM_X86_64;
    entry_ = header.e_entry;

    image_.slice(header.e_phoff, std::uint64_t{header.e_phnum} * sizeof(ProgramHeader), "the program header table");
    for (std::uint64_t i = 0; i < header.e_phnum; ++i) {
        const std::uint64_t offset = header.e_phoff + i * sizeof(ProgramHeader);
        const auto program = image_.read<ProgramHeader>(offset, "a program header");
        if (program.p_type == PT_LOAD && program.p_memsz + program.p_filesz != 0)
            add_segment(offset, program);
        else if (program.p_type == PT_NOTE)
            add_notes(program.p_offset, program.p_filesz, program.p_align);
    }
    if (segments_.empty())
        image_.fail(header.e_phoff, "no loadable segment: this is not an executable image");
    check_overlaps();
}

template <typename Header>
void ElfImage::add_segment(std::uint64_t offset, const Header& header)
{
    if (segments_.size() == max_segments)
        image_.fail(offset, fmt::format("more than {} loadable segments", max_segments));
    if (header.p_filesz > header.p_memsz)
        image_.fail(offset, fmt::format("a segment with {:#x} bytes in the file but only {:#x} in memory",
                                        header.p_filesz, header.p_memsz));
    if (wraps(header.p_vaddr, header.p_memsz) || wraps(header.p_paddr, header.p_memsz))
        image_.fail(offset, fmt::format("a segment of {:#x} bytes at {:#x} (physical {:#x}) wraps around the address "
                                        "space",
                                        header.p_memsz, header.p_vaddr, header.p_paddr));
    if (!image_.contains(header.p_offset, header.p_filesz))
        image_.fail(offset, fmt::format("a segment's bytes [{:#x}, +{:#x}) lie outside the file of {:#x} bytes: it is "
                                        "truncated",
                                        header.p_offset, header.p_filesz, image_.bytes().size()));
    segments_.push_back({.virtual_address = header.p_vaddr,
                         .physical_address = GuestAddress{header.p_paddr},
                         .offset = header.p_offset,
                         .file_size = Bytes{header.p_filesz},
                         .memory_size = Bytes{header.p_memsz},
                         .writable = (header.p_flags & PF_W) != 0,
                         .executable = (header.p_flags & PF_X) != 0});
}

void ElfImage::check_overlaps()
{
    const auto by_physical = [](const ElfSegment& a, const ElfSegment& b) {
        return a.physical_address < b.physical_address;
    };
    std::sort(segments_.begin(), segments_.end(), by_physical);
    for (std::size_t i = 1; i < segments_.size(); ++i) {
        const ElfSegment& before = segments_[i - 1];
        const ElfSegment& after = segments_[i];
        if (before.physical_address + before.memory_size > after.physical_address)
            image_.fail(after.offset, fmt::format("segments overlap in memory: [{:#x}, +{:#x}) and [{:#x}, +{:#x})",
                                                  before.physical_address.value, before.memory_size.value,
                                                  after.physical_address.value, after.memory_size.value));
    }
}

/// Notes: name and description sizes and type in 32 bits each (in both classes), name and description padded.
void ElfImage::add_notes(std::uint64_t offset, std::uint64_t size, std::uint64_t alignment)
{
    const auto notes = image_.slice(offset, size, "a note segment");
    const std::uint64_t unit = alignment == 8 ? 8 : 4;
    const auto padded = [unit](std::uint64_t length) { return (length + unit - 1) / unit * unit; };

    std::uint64_t at = 0;
    while (size - at >= sizeof(Elf64_Nhdr)) {
        const auto header = image_.read<Elf64_Nhdr>(offset + at, "a note");
        const std::uint64_t name_at = at + sizeof header;
        const std::uint64_t description_at = padded(name_at + header.n_namesz);
        const std::uint64_t end = description_at + header.n_descsz;
        if (end > size)
            image_.fail(offset + at, fmt::format("a note with a name of {} and a description of {} bytes runs out of "
                                                 "its segment of {}",
                                                 header.n_namesz, header.n_descsz, size));
        if (notes_.size() == max_notes)
            image_.fail(offset + at, fmt::format("more than {} notes", max_notes));
        const auto* name = reinterpret_cast<const char*>(notes.data() + name_at);
        notes_.push_back({.name = {name, strnlen(name, header.n_namesz)},
                          .type = header.n_type,
                          .description = notes.subspan(description_at, header.n_descsz)});
        at = std::min(padded(end), size);
    }
}

const ElfSegment* ElfImage::segment_at_virtual(std::uint64_t address) const
{
    for (const ElfSegment& segment : segments_)
        if (address - segment.virtual_address < segment.memory_size.value)
            return &segment;
    return nullptr;
}

const ElfSegment* ElfImage::segment_at_physical(GuestAddress address) const
{
    for (const ElfSegment& segment : segments_)
        if (address - segment.physical_address < segment.memory_size)
            return &segment;
    return nullptr;
}

std::optional<std::span<const std::byte>> ElfImage::note(std::string_view name, std::uint32_t type) const
{
    for (const Note& note : notes_)
        if (note.name == name && note.type == type)
            return note.description;
    return std::nullopt;
}

} // namespace vitrine
