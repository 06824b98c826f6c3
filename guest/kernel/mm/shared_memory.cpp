#include "kernel/mm/shared_memory.hpp"

#include "kernel/mm/page_allocator.hpp"

namespace kernel::mm {

Result<SourcePage> SharedMemory::page_at(u64 offset)
{
    return SourcePage
    {
        TRY(pages_.get(offset / page_size))
        , true
    };
}

u64 SharedMemory::pages_in_memory(u64 offset, std::span<PhysicalAddress> pages)
{
    return pages_.find_run(offset / page_size, pages);
}

Result<PhysicalAddress> SharedMemory::new_page(u64) { return alloc_page(Contents::zeroed); }

} // namespace kernel::mm
