#include "kernel/proc/zero_tail_source.hpp"

#include "arch/paging.hpp"
#include "kernel/mm/page_allocator.hpp"
#include "kernel/mm/shared_page.hpp"

namespace kernel::proc {

Result<mm::SourcePage> ZeroTailSource::page_at(u64 offset)
{
    if (offset >= end_)
        return Errno::enxio;
    const mm::SourcePage page = TRY(file_->page_at(offset));
    if (offset + page_size <= end_)
        return page;
    const u64 kept = end_ - offset;
    if (!page.borrowed) {
        __builtin_memset(arch::direct_map<std::byte>(page.address) + kept, 0, page_size - kept);
        return page;
    }
    const auto own = mm::alloc_page();
    if (own) {
        auto* const bytes = arch::direct_map<std::byte>(own.value());
        __builtin_memcpy(bytes, arch::direct_map<std::byte>(page.address), kept);
        __builtin_memset(bytes + kept, 0, page_size - kept);
    }
    mm::put_page(page.address);
    if (!own)
        return own.error();
    return mm::SourcePage{own.value(), false};
}

} // namespace kernel::proc
