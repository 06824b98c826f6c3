#include "kernel/mm/buddy.hpp"

#include "arch/paging.hpp"
#include "kernel/printk.hpp"

#include <algorithm>
#include <cstring>

namespace kernel::mm {
namespace {

constexpr u64 pages_in(unsigned order) { return u64{1} << order; }
constexpr unsigned region_shift = page_shift + max_order;
constexpr u64 region_size = u64{1} << region_shift;
constexpr u64 pages_per_region = pages_in(max_order);

[[noreturn]] void bad_free(const char* why, PhysicalAddress address, unsigned order)
{
    FormatBuffer<128> message;
    format_to(message, "free_pages: {}: {} of order {}", why, address, order);
    panic(message.view());
}

/// The pair of a block: the other half of the block of the next order.
Page& buddy_of(Page& page, unsigned order) { return mem_map[static_cast<u64>(&page - mem_map) ^ pages_in(order)]; }

} // namespace

BuddyAllocator::BuddyAllocator(const MemoryLayout& layout) : layout_{layout}
{
    for (const auto& [begin, end] : layout.usable)
        total_ += (end - begin) >> page_shift;
    free_ = total_;
    if (!layout.zeroed) {
        auto* const words =
            arch::direct_map<u64>(layout.descriptors + layout.regions * pages_per_region * sizeof(Page));
        prepared_ = Bitmap{{words, Bitmap::words_for(layout.regions)}};
        std::memset(words, 0, Bitmap::words_for(layout.regions) * sizeof(u64));
    }
}

std::optional<BuddyAllocator::Block> BuddyAllocator::allocate(unsigned order, Contents wanted)
{
    Page* const page = find(order, wanted);
    if (page == nullptr)
        return std::nullopt;
    page->use = PageUse::allocated;
    page->order = static_cast<u8>(order);
    page->references = 1;
    free_ -= pages_in(order);
    return Block{page, page->never_used};
}

/// Used pages first, so that fresh ones are left for those who want zeros; except that for these, fresh RAM is worth
/// more than anything, as clearing a page may be three orders of magnitude dearer than splitting a block.
Page* BuddyAllocator::find(unsigned order, Contents wanted)
{
    const bool want_fresh = wanted == Contents::zeroed && layout_.zeroed;
    do {
        if (Page* page = take(want_fresh ? never_used : used, order))
            return page;
        if (want_fresh && grow())
            continue;
        if (Page* page = take(want_fresh ? used : never_used, order))
            return page;
    } while (grow() || forget_history());
    return nullptr;
}

/// The smallest block with this history that is large enough, cut to the order asked for.
Page* BuddyAllocator::take(History history, unsigned order)
{
    const u32 candidates = nonempty_[history] >> order << order;
    if (candidates == 0)
        return nullptr;
    unsigned found = static_cast<unsigned>(__builtin_ctz(candidates));
    Page& page = lists_[history][found].front();
    remove(page);
    while (found > order) {
        --found;
        insert(buddy_of(page, found), found, history);
    }
    return &page;
}

void BuddyAllocator::insert(Page& page, unsigned order, History history)
{
    page.use = PageUse::free;
    page.order = static_cast<u8>(order);
    page.never_used = history == never_used;
    lists_[history][order].push_front(page);
    nonempty_[history] |= 1U << order;
}

void BuddyAllocator::remove(Page& page)
{
    const History history = page.never_used ? never_used : used;
    FreeList& list = lists_[history][page.order];
    list.erase(FreeList::s_iterator_to(page));
    if (list.empty())
        nonempty_[history] &= ~(1U << page.order);
    page.use = PageUse::none;
}

void BuddyAllocator::free(PhysicalAddress address, unsigned order)
{
    if (address.value >> region_shift >= layout_.regions || (address.value & page_mask) != 0)
        bad_free("not the address of a page", address, order);
    Page& page = page_of(address);
    if (page.use == PageUse::free)
        bad_free("double free", address, order);
    if (page.use != PageUse::allocated)
        bad_free("not the beginning of an allocated block", address, order);
    if (page.order != order)
        bad_free("allocated with another order", address, order);
    if (page.references > 1)
        bad_free("still shared", address, order);
    free_ += pages_in(order);
    insert_merged(page, order);
}

Page* BuddyAllocator::allocated_page(PhysicalAddress address) const
{
    const u64 region = address.value >> region_shift;
    if (region >= layout_.regions || (!layout_.zeroed && !prepared_.test(region)))
        return nullptr;
    Page& page = page_of(address);
    return page.use == PageUse::allocated ? &page : nullptr;
}

/// Used blocks merge with used blocks only, not to lose what is known of the others.
void BuddyAllocator::insert_merged(Page& page, unsigned order)
{
    Page* block = &page;
    block->use = PageUse::none;
    for (; order < max_order; ++order) {
        Page& buddy = buddy_of(*block, order);
        if (buddy.use != PageUse::free || buddy.order != order || buddy.never_used)
            break;
        remove(buddy);
        block = std::min(block, &buddy);
    }
    insert(*block, order, used);
}

/// Takes the next block out of the memory map.
bool BuddyAllocator::grow()
{
    while (range_ < layout_.usable.size()) {
        auto& [begin, end] = layout_.usable[range_];
        if (begin != end) {
            const unsigned order = largest_order_at(begin, end);
            prepare_descriptors(begin >> page_shift);
            insert(page_of({begin}), order, layout_.zeroed ? never_used : used);
            begin += page_size << order;
            return true;
        }
        ++range_;
    }
    return false;
}

/// The last resort: lets free blocks merge whose halves have different histories. False when that changes nothing.
bool BuddyAllocator::forget_history()
{
    if (nonempty_[never_used] == 0)
        return false;
    for (unsigned order = 0; order <= max_order; ++order) {
        while (!lists_[never_used][order].empty()) {
            Page& page = lists_[never_used][order].front();
            remove(page);
            insert_merged(page, order);
        }
    }
    return true;
}

unsigned BuddyAllocator::largest_order_at(u64 begin, u64 end) const
{
    const u64 frame = begin >> page_shift;
    const u64 frames = (end - begin) >> page_shift;
    const unsigned by_alignment = static_cast<unsigned>(__builtin_ctzll(frame | pages_per_region));
    const unsigned by_size = 63 - static_cast<unsigned>(__builtin_clzll(frames));
    return std::min({by_alignment, by_size, max_order});
}

/// Buddies lie within one region, so that is how far the allocator looks: all descriptors of it must be valid.
void BuddyAllocator::prepare_descriptors(u64 frame)
{
    const u64 region = frame / pages_per_region;
    if (layout_.zeroed || prepared_.test(region))
        return;
    prepared_.set(region);
    std::memset(static_cast<void*>(mem_map + region * pages_per_region), 0, pages_per_region * sizeof(Page));
}

void BuddyAllocator::add(PhysicalAddress begin, u64 size)
{
    const u64 end = begin.value + size;
    total_ += size >> page_shift;
    free_ += size >> page_shift;
    for (u64 next = begin.value; next != end;) {
        const unsigned order = largest_order_at(next, end);
        prepare_descriptors(next >> page_shift);
        insert_merged(page_of({next}), order);
        next += page_size << order;
    }
}

std::optional<PhysicalAddress> BuddyAllocator::take_low_page()
{
    if (layout_.low.begin == layout_.low.end)
        return std::nullopt;
    const PhysicalAddress page{layout_.low.begin};
    layout_.low.begin += page_size;
    return page;
}

std::optional<MemoryLayout> MemoryLayout::from(std::span<const vitrine::abi::MemoryRange> memory, bool zeroed)
{
    using vitrine::abi::MemoryType;
    constexpr u64 low_end = 0x10'0000;
    MemoryLayout layout;
    layout.zeroed = zeroed;
    std::size_t ranges = 0;
    u64 ram_end = 0;
    for (const auto& [base, size, type, padding] : memory) {
        const Range range{align_up(base, page_size), align_down(base + size, page_size)};
        if (type == MemoryType::reserved || type == MemoryType::acpi || range.begin >= range.end)
            continue;
        ram_end = std::max(ram_end, range.end);
        if (type != MemoryType::usable)
            continue;
        if (range.begin < low_end && layout.low.begin == layout.low.end)
            layout.low = {std::max(range.begin, page_size), std::min(range.end, low_end)};
        if (range.end > low_end && ranges < max_ranges)
            layout.usable[ranges++] = {std::max(range.begin, low_end), range.end};
    }
    layout.regions = align_up(ram_end, region_size) / region_size;
    const u64 room = layout.regions * pages_per_region * sizeof(Page) + Bitmap::words_for(layout.regions) * sizeof(u64);
    for (Range& range : layout.usable) {
        if (range.end - range.begin < std::max(room, page_size))
            continue;
        layout.descriptors = {range.begin};
        range.begin += align_up(room, page_size);
        return layout;
    }
    return std::nullopt;
}

} // namespace kernel::mm
