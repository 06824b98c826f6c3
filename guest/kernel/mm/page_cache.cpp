#include "kernel/mm/page_cache.hpp"

#include "kernel/mm/shared_page.hpp"

#include <algorithm>
#include <array>

namespace kernel::mm {
namespace {

constinit u64 pages_in_caches = 0; // atomic, for statistics: no order

void count_pages(i64 change) { __atomic_add_fetch(&pages_in_caches, static_cast<u64>(change), __ATOMIC_RELAXED); }

using Tag = RadixTree::Tag;

} // namespace

u64 cached_pages() { return __atomic_load_n(&pages_in_caches, __ATOMIC_RELAXED); }

Result<void> PageBacking::write_page(u64, PhysicalAddress) { return {}; }

std::optional<PhysicalAddress> PageCache::find(u64 index)
{
    PhysicalAddress page;
    if (find_run(index, {&page, 1}) == 0)
        return std::nullopt;
    return page;
}

std::optional<PhysicalAddress> PageCache::peek(u64 index)
{
    const u64 page = state_.with([&](const State& state) { return state.pages.find(index); });
    return page != 0 ? std::optional{PhysicalAddress{page}} : std::nullopt;
}

u64 PageCache::find_run(u64 index, std::span<PhysicalAddress> pages)
{
    return state_.with([&](const State& state) {
        u64 found = 0;
        for (; found < pages.size(); ++found) {
            const u64 page = state.pages.find(index + found);
            if (page == 0)
                break;
            share_page({page});
            pages[found] = {page};
        }
        return found;
    });
}

std::optional<u64> PageCache::next(u64 index)
{
    const auto entry = state_.with([&](const State& state) { return state.pages.next(index); });
    return entry ? std::optional{entry->index} : std::nullopt;
}

/// A page is shown to others when it has its content; if two bring in the same, the first one's counts.
Result<PhysicalAddress> PageCache::get(u64 index)
{
    if (const auto page = find(index))
        return *page;
    if (state_.with([&](const State& state) { return index >= state.end; }))
        return Errno::enxio;
    const PhysicalAddress made = TRY(backing_.new_page(index));
    auto page = state_.with([&](State& state) -> Result<PhysicalAddress> {
        if (index >= state.end)
            return Errno::enxio; // it has been shortened meanwhile
        if (const u64 faster = state.pages.find(index); faster != 0) {
            share_page({faster});
            return PhysicalAddress{faster};
        }
        TRY(state.pages.insert(index, made.value));
        ++state.count;
        share_page(made);
        return made;
    });
    if (!page || page.value() != made)
        put_page(made);
    else
        count_pages(1);
    return page;
}

void PageCache::extend(u64 pages)
{
    state_.with([&](State& state) { state.end = std::max(state.end, pages); });
}

/// A few at a time: interrupts are masked meanwhile.
void PageCache::resize(u64 pages)
{
    std::array<PhysicalAddress, 32> removed;
    u64 count;
    do {
        count = state_.with([&](State& state) {
            state.end = pages;
            u64 taken = 0;
            for (auto entry = state.pages.next(pages); entry && taken < removed.size();
                 entry = state.pages.next(entry->index)) {
                state.pages.erase(entry->index);
                removed[taken++] = {entry->value};
            }
            state.count -= taken;
            return taken;
        });
        for (const PhysicalAddress page : std::span{removed}.first(count))
            put_page(page);
        count_pages(-static_cast<i64>(count));
    } while (count == removed.size());
}

void PageCache::mark_dirty(u64 index)
{
    state_.with([&](State& state) { state.pages.set_tag(index, Tag::dirty); });
}

bool PageCache::is_dirty(u64 index)
{
    return state_.with([&](const State& state) { return state.pages.has_tag(index, Tag::dirty); });
}

/// With a reference. It is clean from here on: what is written to it from now on makes it dirty anew.
std::optional<RadixTree::Entry> PageCache::take_dirty(u64 first, u64 last)
{
    return state_.with([&](State& state) -> std::optional<RadixTree::Entry> {
        const auto entry = state.pages.next(first, Tag::dirty);
        if (!entry || entry->index > last)
            return std::nullopt;
        state.pages.clear_tag(entry->index, Tag::dirty);
        share_page({entry->value});
        return entry;
    });
}

Result<void> PageCache::write_back(u64 first, u64 last)
{
    while (const auto entry = take_dirty(first, last)) {
        const auto written = backing_.write_page(entry->index, {entry->value});
        if (!written)
            mark_dirty(entry->index);
        put_page({entry->value});
        if (!written)
            return written;
        if (entry->index == last)
            break;
        first = entry->index + 1;
    }
    return {};
}

u64 PageCache::shrink(u64 first, u64 last)
{
    u64 dropped = 0;
    for (auto index = next(first); index && *index <= last; index = next(*index)) {
        const u64 page = state_.with([&](State& state) -> u64 {
            const u64 address = state.pages.find(*index);
            if (address == 0 || state.pages.has_tag(*index, Tag::dirty) || !is_exclusive({address}))
                return 0;
            state.pages.erase(*index);
            --state.count;
            return address;
        });
        if (page != 0) {
            put_page({page});
            count_pages(-1);
            ++dropped;
        }
        if (*index == last)
            break;
        ++*index;
    }
    return dropped;
}

u64 PageCache::page_count()
{
    return state_.with([](const State& state) { return state.count; });
}

} // namespace kernel::mm
