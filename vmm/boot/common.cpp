#include "vmm/boot/cpio.hpp"
#include "vmm/boot/protocols.hpp"

#include <algorithm>

namespace vitrine {

namespace {

LoadedModule place_module(const BootContext& context, const std::filesystem::path& file, Bytes size, GuestAddress end)
{
    const std::string name = file.filename().string();
    const GuestAddress address = context.placement.place({.what = name,
                                                          .size = size,
                                                          .type = abi::MemoryType::initramfs,
                                                          .lowest = Placement::legacy_end,
                                                          .end = end,
                                                          .from_top = true});
    return {address, size, name};
}

LoadedModule load_file(const BootContext& context, const ImageView& file, GuestAddress end)
{
    LoadedModule module = place_module(context, file.file(), file.size(), end);
    context.memory().write(module.address, file.bytes());
    return module;
}

} // namespace

void load_segments(const ElfImage& elf, Placement& placement)
{
    // Neighbours may share a page: take runs of pages, not segments.
    constexpr std::uint64_t page_mask = ~(page_size.value - 1);
    std::uint64_t begin = 0;
    std::uint64_t end = 0;
    const auto claim = [&] {
        placement.claim("the kernel image", GuestAddress{begin}, Bytes{end - begin}, abi::MemoryType::kernel);
    };
    for (const ElfSegment& segment : elf.segments()) {
        const std::uint64_t segment_end = (segment.physical_address + segment.memory_size).value;
        if ((segment.physical_address.value & page_mask) > end) {
            claim();
            begin = segment.physical_address.value;
        } else if (begin == end) {
            begin = segment.physical_address.value;
        }
        end = std::max(end, segment_end);
    }
    claim();
    for (const ElfSegment& segment : elf.segments())
        placement.memory().write(segment.physical_address,
                                 elf.image().slice(segment.offset, segment.file_size.value, "a segment"));
}

SymbolTable symbols_of(const ImageView& image)
{
    const auto read_again = [file = image.file()]() -> std::vector<Symbol> {
        try {
            return read_elf_symbols(ImageFile{file}.view());
        } catch (const ImageError&) {
            return {}; // a report without names is better than none
        }
    };
    return SymbolTable{SymbolTable::Source{read_again}};
}

std::optional<LoadedModule> load_initramfs(const BootContext& context, GuestAddress end, bool check)
{
    const Initramfs& initramfs = context.config.initramfs;
    if (const auto* file = std::get_if<std::filesystem::path>(&initramfs)) {
        const ImageFile archive{*file};
        if (check)
            check_cpio(archive.view());
        return load_file(context, archive.view(), end);
    }
    if (const auto* entries = std::get_if<std::vector<InitramfsEntry>>(&initramfs)) {
        const CpioArchive archive{*entries};
        LoadedModule module = place_module(context, "the initramfs", archive.size(), end);
        archive.write(context.memory().span(module.address, module.size));
        return module;
    }
    return std::nullopt;
}

std::vector<LoadedModule> load_modules(const BootContext& context, GuestAddress end)
{
    std::vector<LoadedModule> modules;
    if (auto initramfs = load_initramfs(context, end))
        modules.push_back(std::move(*initramfs));
    for (const std::filesystem::path& file : context.config.modules)
        modules.push_back(load_file(context, ImageFile{file}.view(), end));
    return modules;
}

std::vector<abi::MemoryRange> firmware_memory_map(const Placement& placement)
{
    std::vector<abi::MemoryRange> map;
    for (abi::MemoryRange range : placement.memory_map()) {
        if (range.type != abi::MemoryType::reserved && range.type != abi::MemoryType::acpi)
            range.type = abi::MemoryType::usable;
        if (!map.empty() && map.back().type == range.type && map.back().base + map.back().size == range.base)
            map.back().size += range.size;
        else
            map.push_back(range);
    }
    return map;
}

} // namespace vitrine
