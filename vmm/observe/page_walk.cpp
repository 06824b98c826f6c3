#include "vmm/observe/page_walk.hpp"

#include <algorithm>

namespace vitrine {
namespace {

constexpr std::uint64_t cr0_pg = 1ULL << 31;
constexpr std::uint64_t cr4_pse = 1 << 4;
constexpr std::uint64_t cr4_pae = 1 << 5;
constexpr std::uint64_t cr4_la57 = 1 << 12;
constexpr std::uint64_t efer_lma = 1 << 10;

constexpr std::uint64_t entry_present = 1 << 0;
constexpr std::uint64_t entry_page = 1 << 7; ///< above the last level: the entry maps a large page
constexpr std::uint64_t entry_address = 0x000f'ffff'ffff'f000;

/// How a paging mode's tables are built.
struct Format {
    unsigned levels;
    unsigned index_bits;  ///< of a linear address for each level
    unsigned entry_size;  ///< bytes
    unsigned large_level; ///< highest level whose entries may map a page
};

Format format_of(const kvm_sregs& state)
{
    if ((state.efer & efer_lma) != 0)
        return {(state.cr4 & cr4_la57) != 0 ? 5U : 4U, 9, 8, 3};
    if ((state.cr4 & cr4_pae) != 0)
        return {3, 9, 8, 2};
    return {2, 10, 4, (state.cr4 & cr4_pse) != 0 ? 2U : 1U};
}

std::uint64_t first_table(const kvm_sregs& state, const Format& format)
{
    const bool is_pae = format.levels == 3;
    return state.cr3 & (is_pae ? 0xffff'ffe0ULL : entry_address);
}

std::optional<std::uint64_t> read_entry(const GuestMemory& memory, std::uint64_t address, unsigned size)
{
    if (!memory.contains(GuestAddress{address}, Bytes{size}))
        return std::nullopt;
    return size == 8 ? memory.read<std::uint64_t>(GuestAddress{address})
                     : memory.read<std::uint32_t>(GuestAddress{address});
}

/// A 4 MiB page's entry holds address bits 32 to 39 in its bits 13 to 20 (PSE-36).
std::uint64_t page_base(std::uint64_t entry, std::uint64_t offset_mask, const Format& format)
{
    if (format.entry_size == 4 && offset_mask > 0xfff)
        return (entry & 0xffc0'0000) | (entry & 0x1f'e000) << 19;
    return entry & entry_address & ~offset_mask;
}

bool is_64_bit(const kvm_sregs& state) { return (state.efer & efer_lma) != 0 && state.cs.l != 0; }

} // namespace

std::optional<GuestAddress> translate(const GuestMemory& memory, const kvm_sregs& state, std::uint64_t linear)
{
    if ((state.efer & efer_lma) == 0)
        linear &= 0xffff'ffff;
    if ((state.cr0 & cr0_pg) == 0)
        return GuestAddress{linear};

    const Format format = format_of(state);
    std::uint64_t table = first_table(state, format);
    for (unsigned level = format.levels; level > 0; --level) {
        const unsigned shift = 12 + format.index_bits * (level - 1);
        const std::uint64_t index = linear >> shift & ((1U << format.index_bits) - 1);
        const auto entry = read_entry(memory, table + index * format.entry_size, format.entry_size);
        if (!entry || (*entry & entry_present) == 0)
            return std::nullopt;
        if (level == 1 || (level <= format.large_level && (*entry & entry_page) != 0)) {
            const std::uint64_t offset_mask = (1ULL << shift) - 1;
            return GuestAddress{page_base(*entry, offset_mask, format) | (linear & offset_mask)};
        }
        table = *entry & entry_address;
    }
    return std::nullopt;
}

std::vector<std::byte> read_linear(const GuestMemory& memory, const kvm_sregs& state, std::uint64_t linear,
                                   std::size_t count)
{
    std::vector<std::byte> bytes;
    while (bytes.size() < count) {
        const std::uint64_t at = linear + bytes.size();
        const std::uint64_t left_in_page = page_size.value - at % page_size.value;
        const std::uint64_t size = std::min<std::uint64_t>(count - bytes.size(), left_in_page);
        const auto physical = translate(memory, state, at);
        const auto piece = physical ? memory.find(*physical, Bytes{size}) : std::nullopt;
        if (!piece)
            break;
        bytes.insert(bytes.end(), piece->begin(), piece->end());
    }
    return bytes;
}

std::uint64_t linear_rip(const kvm_regs& regs, const kvm_sregs& state)
{
    return is_64_bit(state) ? regs.rip : (state.cs.base + regs.rip) & 0xffff'ffff;
}

} // namespace vitrine
