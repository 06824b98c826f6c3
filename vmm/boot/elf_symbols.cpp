#include "vmm/boot/elf_image.hpp"

#include <cstdlib>
#include <cxxabi.h>
#include <elf.h>
#include <memory>
#include <string>

namespace vitrine {

namespace {

struct Class32 {
    using FileHeader = Elf32_Ehdr;
    using SectionHeader = Elf32_Shdr;
    using Symbol = Elf32_Sym;
};

struct Class64 {
    using FileHeader = Elf64_Ehdr;
    using SectionHeader = Elf64_Shdr;
    using Symbol = Elf64_Sym;
};

std::string demangled(const std::string& name)
{
    int status = 0;
    const std::unique_ptr<char, decltype(&std::free)> text{
        __cxxabiv1::__cxa_demangle(name.c_str(), nullptr, nullptr, &status), &std::free};
    return status == 0 ? text.get() : name;
}

/// The NUL-terminated string at `offset`; what there is of it when the table ends first.
std::string string_at(std::span<const std::byte> table, std::uint64_t offset)
{
    if (offset >= table.size())
        return {};
    const auto* begin = reinterpret_cast<const char*>(table.data() + offset);
    return {begin, strnlen(begin, table.size() - offset)};
}

/// Functions, and the untyped labels that assembly has, in executable sections.
bool names_code(unsigned type, std::uint16_t section, const std::vector<bool>& executable)
{
    const bool in_code = section < executable.size() && executable[section];
    return in_code && (type == STT_FUNC || type == STT_NOTYPE);
}

template <typename Class>
std::vector<Symbol> read_symbols(const ImageView& image)
{
    using SectionHeader = typename Class::SectionHeader;
    using ElfSymbol = typename Class::Symbol;

    const auto header = image.read<typename Class::FileHeader>(0, "the ELF header");
    if (header.e_shnum == 0)
        return {};
    if (header.e_shentsize != sizeof(SectionHeader))
        image.fail(0, "section headers of an unexpected size");
    std::vector<SectionHeader> sections(header.e_shnum);
    std::vector<bool> executable(header.e_shnum);
    for (std::size_t i = 0; i < sections.size(); ++i) {
        sections[i] = image.read<SectionHeader>(header.e_shoff + i * sizeof(SectionHeader), "a section header");
        executable[i] = (sections[i].sh_flags & SHF_EXECINSTR) != 0;
    }

    std::vector<Symbol> symbols;
    for (const SectionHeader& section : sections) {
        if (section.sh_type != SHT_SYMTAB)
            continue;
        if (section.sh_link >= sections.size())
            image.fail(section.sh_offset, "a symbol table without names");
        const auto names =
            image.slice(sections[section.sh_link].sh_offset, sections[section.sh_link].sh_size, "the symbol names");
        image.slice(section.sh_offset, section.sh_size, "the symbol table");
        for (std::uint64_t at = 0; section.sh_size - at >= sizeof(ElfSymbol); at += sizeof(ElfSymbol)) {
            const auto symbol = image.read<ElfSymbol>(section.sh_offset + at, "a symbol");
            if (!names_code(symbol.st_info & 0xf, symbol.st_shndx, executable))
                continue;
            std::string name = string_at(names, symbol.st_name);
            if (!name.empty())
                symbols.push_back({symbol.st_value, symbol.st_size, demangled(name)});
        }
    }
    return symbols;
}

} // namespace

std::vector<Symbol> read_elf_symbols(const ImageView& image)
{
    const auto ident = image.slice(0, EI_NIDENT, "the ELF identification");
    return ident[EI_CLASS] == std::byte{ELFCLASS64} ? read_symbols<Class64>(image) : read_symbols<Class32>(image);
}

} // namespace vitrine
