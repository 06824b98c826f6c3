#pragma once

#include "abi/boot_info.hpp"
#include "kernel/mm/page.hpp"
#include "kernel/mm/page_allocator.hpp"
#include "lib/bitmap.hpp"

#include <array>
#include <optional>
#include <span>

namespace kernel::mm {

/// The RAM that the allocator may give out, and where its descriptors lie.
struct MemoryLayout {
    static constexpr std::size_t max_ranges = 16;
    struct Range {
        u64 begin;
        u64 end;
    };

    std::array<Range, max_ranges> usable{}; ///< page-aligned, ascending, above the first MiB, the rest empty
    Range low{};                            ///< usable RAM below 1 MiB, without page 0
    PhysicalAddress descriptors;            ///< room for the descriptors of all frames up to the highest, see below
    u64 regions = 0;     ///< 4 MiB regions (one block of max_order) from address 0 to the highest RAM
    bool zeroed = false; ///< usable RAM was never written

    /// Takes what the boot memory map calls usable, and the descriptors' room from the beginning of the first range
    /// that is large enough. Nothing when there is none. Takes time by the number of ranges, not of pages.
    static std::optional<MemoryLayout> from(std::span<const vitrine::abi::MemoryRange> memory, bool zeroed);
};

/// The buddy allocator: free blocks of 2^order pages, aligned to their size, split and merged in pairs. Not locked.
///
/// RAM is taken from the layout's ranges as it is needed, a block of up to 4 MiB at a time, so that nothing at boot is
/// proportional to its size. Blocks that are zero since boot are kept apart from used ones: they need no clearing.
class BuddyAllocator {
public:
    /// `mem_map` must be set: descriptors and readiness bits lie where the layout says.
    explicit BuddyAllocator(const MemoryLayout& layout);

    struct Block {
        Page* page;
        bool zeroed;
    };
    /// A block of 2^order pages, from zeroed RAM if that is wanted and to be had.
    std::optional<Block> allocate(unsigned order, Contents wanted);
    /// Panics when this is not an allocated block of that order.
    void free(PhysicalAddress address, unsigned order);

    /// The descriptor of an allocated block's first page; null for anything else, RAM of other uses included.
    Page* allocated_page(PhysicalAddress address) const;

    /// Gives the allocator RAM that was not usable at boot. Page-aligned, below the highest RAM of the memory map.
    void add(PhysicalAddress begin, u64 size);
    /// A page below 1 MiB; those are not given out otherwise.
    std::optional<PhysicalAddress> take_low_page();

    PageCounts counts() const { return {total_, free_}; }

private:
    enum History : unsigned { used, never_used, histories };
    using FreeList = List<Page, &Page::hook>;

    Page* find(unsigned order, Contents wanted);
    Page* take(History history, unsigned order);
    void insert(Page& page, unsigned order, History history);
    void remove(Page& page);
    void insert_merged(Page& page, unsigned order);
    bool grow();
    bool forget_history();
    unsigned largest_order_at(u64 begin, u64 end) const;
    void prepare_descriptors(u64 frame);

    MemoryLayout layout_;
    std::size_t range_ = 0; ///< the one that is being taken; its `begin` moves up
    Bitmap prepared_;       ///< regions whose descriptors have been cleared; unused where RAM is zeroed
    std::array<std::array<FreeList, max_order + 1>, histories> lists_;
    std::array<u32, histories> nonempty_{}; ///< bit n: list n is not empty
    u64 total_ = 0;
    u64 free_ = 0;
};

} // namespace kernel::mm
