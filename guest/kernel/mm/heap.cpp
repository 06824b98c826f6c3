#include "kernel/mm/heap.hpp"

#include "arch/paging.hpp"
#include "kernel/mm/page_allocator.hpp"
#include "kernel/mm/slab.hpp"

#include <array>

namespace kernel::mm {
namespace {

constexpr std::size_t size_step = 16;
constexpr std::size_t max_object_size = page_size / 2;

constinit auto caches = []<std::size_t... index>(std::index_sequence<index...>)
{
    return std::array{Cache{cache_sizes[index]}...};
}
(std::make_index_sequence<cache_sizes.size()>{});

/// For a size in steps, rounded up, the index of the smallest cache that serves it.
constexpr auto cache_of_size = [] {
    std::array<u8, max_object_size / size_step + 1> index{};
    u8 cache = 0;
    for (std::size_t steps = 0; steps < index.size(); ++steps) {
        while (cache_sizes[cache] < steps * size_step)
            ++cache;
        index[steps] = cache;
    }
    return index;
}();

} // namespace

void* kmalloc(std::size_t size)
{
    if (size <= max_object_size)
        return caches[cache_of_size[(size + size_step - 1) / size_step]].allocate();
    if (size > page_size << max_order)
        return nullptr;
    const unsigned order =
        size <= page_size ? 0 : 64 - static_cast<unsigned>(__builtin_clzll((size - 1) >> page_shift));
    const auto pages = alloc_pages(order);
    return pages ? arch::direct_map(pages.value()) : nullptr;
}

void kfree(void* pointer)
{
    if (pointer == nullptr)
        return;
    const PhysicalAddress address = arch::physical_of_direct(pointer);
    Page& page = page_of(address);
    if (page.use == PageUse::slab)
        page.slab.cache->free(pointer, page);
    else
        free_pages(address, page.order);
}

ObjectCounts object_counts()
{
    ObjectCounts counts{};
    for (std::size_t cache = 0; cache < caches.size(); ++cache)
        counts[cache] = caches[cache].counts().objects;
    return counts;
}

std::optional<std::size_t> cache_for(std::size_t size)
{
    if (size > max_object_size)
        return std::nullopt;
    return cache_of_size[(size + size_step - 1) / size_step];
}

HeapCounts heap_counts()
{
    HeapCounts counts{};
    for (Cache& cache : caches) {
        const Cache::Counts in_cache = cache.counts();
        counts.objects += in_cache.objects;
        counts.object_bytes += u64{in_cache.objects} * cache.object_size();
        counts.slabs += in_cache.slabs;
    }
    return counts;
}

} // namespace kernel::mm
