#include "kernel/proc/zero_tail_source.hpp"

#include "arch/paging.hpp"
#include "kernel/mm/page_allocator.hpp"

namespace kernel::proc {

Result<mm::SourcePage> ZeroTailSource::page_at(u64 offset)
{
    if (offset >= end_)
        return Errno::enxio;
    const mm::SourcePage page = TRY(file_->page_at(offset));
    if (offset + page_size <= end_)
        return page;
    const u64 kept = end_ - offset;
    const PhysicalAddress own = page.borrowed ? TRY(mm::alloc_page()) : page.address;
    auto* const bytes = arch::direct_map<std::byte>(own);
    if (page.borrowed)
        __builtin_memcpy(bytes, arch::direct_map<std::byte>(page.address), kept);
    __builtin_memset(bytes + kept, 0, page_size - kept);
    return mm::SourcePage{own, false};
}

} // namespace kernel::proc
