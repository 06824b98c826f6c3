#pragma once

#include "abi/boot_info.hpp"
#include "abi/layout.hpp"

#include <cstddef>
#include <cstdint>
#include <span>

/// Builds the kernel's first page tables (x86-64, 4 levels; Intel SDM vol. 3 §4.5). Used by the VMM for the direct
/// entry and by the kernel's own PVH entry, so that both start on the same tables.
namespace vitrine::abi {

/// Bits of a page-table entry.
inline constexpr std::uint64_t page_present = 1ULL << 0;
inline constexpr std::uint64_t page_writable = 1ULL << 1;
inline constexpr std::uint64_t page_user = 1ULL << 2;
inline constexpr std::uint64_t page_accessed = 1ULL << 5;
inline constexpr std::uint64_t page_dirty = 1ULL << 6;
inline constexpr std::uint64_t page_large = 1ULL << 7; ///< in a PDPTE or PDE: maps 1 GiB or 2 MiB
inline constexpr std::uint64_t page_global = 1ULL << 8;
inline constexpr std::uint64_t page_no_execute = 1ULL << 63;

inline constexpr std::uint64_t page_address_mask = 0x000f'ffff'ffff'f000;
inline constexpr unsigned page_shift = 12;
inline constexpr unsigned page_table_index_bits = 9;
inline constexpr std::uint64_t small_page = 1ULL << page_shift;
inline constexpr std::uint64_t large_page = small_page << page_table_index_bits;
inline constexpr std::uint64_t huge_page = large_page << page_table_index_bits;

/// A run of pages to map: page-aligned, `permissions` out of page_writable, page_no_execute, page_global.
struct PageRun {
    std::uint64_t virtual_address;
    std::uint64_t physical_address;
    std::uint64_t size;
    std::uint64_t permissions;
};

/// Page tables under construction. `Pages` supplies the memory:
///   std::uint64_t allocate()                   physical address of a zeroed page, or 0 when there is none
///   std::uint64_t* entries(std::uint64_t page) where its 512 entries can be written now
template <typename Pages>
class BootPageTables {
public:
    explicit BootPageTables(Pages& pages) : pages_{pages}, root_{pages.allocate()} {}

    /// The physical address for CR3; 0 when there was no memory.
    std::uint64_t root() const { return root_; }

    /// Maps `run` in the largest pages that fit and are not larger than `largest` (small_page, large_page, huge_page).
    /// False when there is no memory for a table or a part of `run` is mapped already.
    bool map(const PageRun& run, std::uint64_t largest) { return root_ != 0 && fill(root_, top_level, run, largest); }

private:
    static constexpr unsigned top_level = 3; ///< PML4; 0 is the page table
    static constexpr std::uint64_t present_leaf = page_present | page_accessed | page_dirty | page_user;

    static constexpr std::uint64_t span_of_entry(unsigned level)
    {
        return small_page << (level * page_table_index_bits);
    }

    bool fill(std::uint64_t table, unsigned level, PageRun run, std::uint64_t largest)
    {
        const std::uint64_t reach = span_of_entry(level);
        std::uint64_t* const entries = pages_.entries(table);
        while (run.size != 0) {
            std::uint64_t& entry = entries[(run.virtual_address / reach) % 512];
            const std::uint64_t to_next = reach - run.virtual_address % reach;
            const std::uint64_t part = run.size < to_next ? run.size : to_next;
            const bool whole = part == reach && run.physical_address % reach == 0;
            if (level == 0 || (whole && reach <= largest)) {
                if (entry != 0)
                    return false;
                const std::uint64_t size_bit = level == 0 ? 0 : page_large;
                entry = run.physical_address | run.permissions | size_bit | present_leaf;
            } else {
                const std::uint64_t child = child_of(entry, level);
                if (child == 0)
                    return false;
                if (!fill(child, level - 1, {run.virtual_address, run.physical_address, part, run.permissions},
                          largest))
                    return false;
            }
            run.virtual_address += part;
            run.physical_address += part;
            run.size -= part;
        }
        return true;
    }

    /// The table below `entry`, made when there is none. Permissions are the leaves' business, but for one: that CPL 3
    /// is kept out, is said in the root alone, so that a kernel that runs at CPL 3 has little to change. 0: none to be
    /// had.
    std::uint64_t child_of(std::uint64_t& entry, unsigned level)
    {
        if (entry == 0) {
            const std::uint64_t page = pages_.allocate();
            if (page == 0)
                return 0;
            entry = page | page_present | page_writable | page_accessed | (level == top_level ? 0 : page_user);
        }
        return (entry & page_large) != 0 ? 0 : entry & page_address_mask;
    }

    Pages& pages_;
    std::uint64_t root_;
};

/// Maps all RAM of `memory` (sorted) at direct_map_base: writable, no-execute, global. Adjoining ranges share pages,
/// and so does all of the first MiB: the legacy hole in it is no reason for small pages.
template <typename Pages>
bool map_all_ram(BootPageTables<Pages>& tables, std::span<const MemoryRange> memory, std::uint64_t largest)
{
    constexpr std::uint64_t legacy_end = 0x10'0000;
    std::uint64_t begin = 0;
    std::uint64_t end = 0;
    const auto flush = [&] {
        return begin == end ||
               tables.map({direct_map_base + begin, begin, end - begin, page_writable | page_no_execute | page_global},
                          largest);
    };
    for (const MemoryRange& range : memory) {
        if (range.type == MemoryType::reserved || range.size == 0)
            continue;
        if (range.base > end && range.base > legacy_end) {
            if (!flush())
                return false;
            begin = range.base;
        }
        end = range.base + range.size;
    }
    return flush();
}

/// The first page tables as layout.hpp promises them: the image's segments and the direct map. `largest` is huge_page
/// where the CPU has 1 GiB pages (CPUID 0x80000001 EDX bit 26), else large_page. Returns the root, or 0 when `pages`
/// ran out or segments overlap.
template <typename Pages>
std::uint64_t build_boot_page_tables(Pages& pages, std::span<const PageRun> image, std::span<const MemoryRange> memory,
                                     std::uint64_t largest)
{
    BootPageTables<Pages> tables{pages};
    for (const PageRun& run : image)
        if (!tables.map(run, small_page))
            return 0;
    return map_all_ram(tables, memory, largest) ? tables.root() : 0;
}

} // namespace vitrine::abi
