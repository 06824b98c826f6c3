#include "kernel/mm/page_allocator.hpp"

#include "arch/paging.hpp"
#include "kernel/init/boot_step.hpp"
#include "kernel/mm/buddy.hpp"
#include "kernel/mm/shared_page.hpp"
#include "kernel/printk.hpp"
#include "kernel/sync/spin_lock.hpp"
#include "kernel/trace/tracepoint.hpp"
#include "lib/late.hpp"
#include "lib/locked.hpp"

#include <cstring>

namespace kernel::mm {

constinit Page* mem_map = nullptr;

namespace {

constinit Late<Locked<BuddyAllocator, IrqSafe>> buddy_allocator;

} // namespace

void set_up_page_allocator()
{
    const auto& boot = boot_info();
    const auto* const ranges = arch::direct_map<const vitrine::abi::MemoryRange>({boot.memory.address});
    const bool zeroed = (boot.flags & vitrine::abi::boot_ram_is_zeroed) != 0;
    const auto layout = MemoryLayout::from({ranges, boot.memory.count}, zeroed);
    if (!layout)
        panic("no RAM for the page descriptors");
    mem_map = arch::direct_map<Page>(layout->descriptors);
    buddy_allocator.construct(*layout);
}

// All other steps need pages; pages need the trace, so that every step and every allocation is in it.
BOOT_STEP(page_allocator, NEEDS("trace"), PROVIDES("pages"), set_up_page_allocator);

Result<PhysicalAddress> alloc_pages(unsigned order, Contents contents)
{
    if (order > max_order)
        return Errno::enomem;
    const auto block =
        buddy_allocator->with([&](BuddyAllocator& allocator) { return allocator.allocate(order, contents); });
    if (!block)
        return Errno::enomem;
    const PhysicalAddress address = address_of(*block->page);
    if (contents == Contents::zeroed && !block->zeroed)
        std::memset(arch::direct_map(address), 0, page_size << order);
    trace::page_alloc(address.value, order);
    return address;
}

void free_pages(PhysicalAddress address, unsigned order)
{
    trace::page_free(address.value, order);
    buddy_allocator->with([&](BuddyAllocator& allocator) { allocator.free(address, order); });
}

namespace {

/// Without the lock: an owner of the page keeps its descriptor as it is, all but `references`.
Page* allocated_page(PhysicalAddress page) { return buddy_allocator->without_lock().allocated_page(page); }

} // namespace

void share_page(PhysicalAddress address)
{
    if (Page* const page = allocated_page(address))
        __atomic_add_fetch(&page->references, 1, __ATOMIC_RELAXED);
}

void put_page(PhysicalAddress address)
{
    // Acquire and release: whoever gets the page next finds the last word of each of its owners.
    if (Page* const page = allocated_page(address))
        if (__atomic_sub_fetch(&page->references, 1, __ATOMIC_ACQ_REL) == 0)
            free_page(address);
}

bool is_exclusive(PhysicalAddress address)
{
    const Page* const page = allocated_page(address);
    return page != nullptr && __atomic_load_n(&page->references, __ATOMIC_ACQUIRE) == 1;
}

Result<PhysicalAddress> reserve_low_page()
{
    const auto page = buddy_allocator->with([](BuddyAllocator& allocator) { return allocator.take_low_page(); });
    if (!page)
        return Errno::enomem;
    return *page;
}

void add_pages(PhysicalAddress begin, u64 size)
{
    buddy_allocator->with([&](BuddyAllocator& allocator) { allocator.add(begin, size); });
}

PageCounts page_counts()
{
    return buddy_allocator->with([](BuddyAllocator& allocator) { return allocator.counts(); });
}

} // namespace kernel::mm
