#include "kernel/mm/memory_level.hpp"

#include "arch/paging.hpp"
#include "kernel/mm/address_ranges.hpp"
#include "kernel/mm/page.hpp"
#include "kernel/mm/page_allocator.hpp"
#include "kernel/mm/vmalloc.hpp"

#include <algorithm>
#include <bit>

namespace kernel::mm {

void MemoryLevel::leave_out(std::size_t size, u64 count)
{
    if (const auto cache = cache_for(size))
        objects[*cache] -= static_cast<i64>(count);
    else
        pages -= static_cast<i64>(count * std::bit_ceil(align_up(size, page_size) >> page_shift));
}

bool MemoryLevel::is_above(const MemoryLevel& start) const
{
    return pages > start.pages ||
           !std::ranges::equal(objects, start.objects, [](i64 now, i64 then) { return now <= then; });
}

void MemoryLevel::describe_excess(const MemoryLevel& start, FormatSink& out) const
{
    const char* before = "";
    for (std::size_t cache = 0; cache < objects.size(); ++cache) {
        if (objects[cache] <= start.objects[cache])
            continue;
        format_to(out, "{}{} x kmalloc-{}", before, objects[cache] - start.objects[cache], cache_sizes[cache]);
        before = ", ";
    }
    if (pages > start.pages)
        format_to(out, "{}{} pages", before, pages - start.pages);
}

MemoryLevel memory_level()
{
    MemoryLevel level;
    const PageCounts pages = page_counts();
    level.pages = static_cast<i64>(pages.total - pages.free - heap_counts().slabs);
    std::ranges::copy(object_counts(), level.objects.begin());
    const VmallocReserve reserve = vmalloc_reserve();
    level.leave_out(page_size, reserve.stack_pages + arch::PageTables::kernel_table_count());
    level.leave_out(AddressRanges::part_size, reserve.parts);
    return level;
}

} // namespace kernel::mm
