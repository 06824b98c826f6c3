#include "kernel/mm/vmalloc.hpp"

#include "abi/layout.hpp"
#include "arch/paging.hpp"
#include "kernel/init/boot_step.hpp"
#include "kernel/mm/address_ranges.hpp"
#include "kernel/mm/page.hpp"
#include "kernel/mm/page_allocator.hpp"
#include "kernel/printk.hpp"
#include "kernel/sync/spin_lock.hpp"
#include "lib/late.hpp"
#include "lib/locked.hpp"

#include <algorithm>
#include <array>

namespace kernel::mm {
namespace {

/// More than the RAM of any guest, and within what one PML4 entry spans.
constexpr u64 area_size = 64ULL << 30;
static_assert(vitrine::abi::vmalloc_base + area_size <= vitrine::abi::vmalloc_end);

constexpr u64 guard_size = page_size;

/// Kernel stacks that were freed last, mapped as they were: the next task's is had for nothing.
class StackCache {
public:
    bool put(VirtualAddress stack)
    {
        if (std::find(stacks_.begin(), stacks_.begin() + count_, stack) != stacks_.begin() + count_)
            panic("vfree: double free of a kernel stack");
        if (count_ == stacks_.size())
            return false;
        stacks_[count_++] = stack;
        return true;
    }
    std::optional<VirtualAddress> take()
    {
        if (count_ == 0)
            return std::nullopt;
        return stacks_[--count_];
    }

    std::size_t count() const { return count_; }

private:
    std::array<VirtualAddress, 4> stacks_{};
    std::size_t count_ = 0;
};

struct Area {
    AddressRanges ranges; ///< each with the guard page behind it
    StackCache stacks;

    Result<VirtualAddress> allocate(u64 size);
    Result<void> map(VirtualAddress address, u64 size);
    void unmap(VirtualAddress address, u64 size);
};

constinit Late<Locked<Area, IrqSafe>> area;

Result<VirtualAddress> Area::allocate(u64 size)
{
    const u64 begin = TRY(ranges.allocate(size + guard_size));
    const VirtualAddress address{begin};
    const auto mapped = map(address, size);
    if (mapped)
        return address;
    unmap(address, size);
    ranges.free(address.value);
    return mapped.error();
}

Result<void> Area::map(VirtualAddress address, u64 size)
{
    auto& tables = arch::PageTables::kernel();
    for (u64 offset = 0; offset < size; offset += page_size) {
        const PhysicalAddress page = TRY(alloc_page());
        const auto mapped = tables.map(address + offset, page, {.write = true});
        if (!mapped) {
            free_page(page);
            return mapped.error();
        }
    }
    return {};
}

/// Unmaps and frees what is mapped.
void Area::unmap(VirtualAddress address, u64 size)
{
    auto& tables = arch::PageTables::kernel();
    for (u64 offset = 0; offset < size; offset += page_size) {
        const auto mapping = tables.lookup(address + offset);
        if (!mapping)
            continue;
        tables.unmap(address + offset);
        free_page(mapping->physical);
    }
}

} // namespace

void set_up_vmalloc()
{
    area.construct();
    // The first guard page lies in front of the first range.
    const auto result = area->with(
        [](Area& all) { return all.ranges.set_up(vitrine::abi::vmalloc_base + guard_size, area_size - guard_size); });
    if (!result)
        panic("no memory for vmalloc");
}

BOOT_STEP(vmalloc, NEEDS("pages", "page_tables"), PROVIDES("vmalloc"), set_up_vmalloc);

Result<VirtualAddress> vmalloc(u64 size)
{
    size = align_up(size, page_size);
    if (size == 0 || size > area_size)
        return Errno::einval;
    return area->with([&](Area& all) -> Result<VirtualAddress> {
        if (size == kernel_stack_size)
            if (const auto stack = all.stacks.take())
                return *stack;
        return all.allocate(size);
    });
}

VmallocReserve vmalloc_reserve()
{
    return area->with([](const Area& all) -> VmallocReserve {
        return {all.stacks.count() * (kernel_stack_size >> page_shift), all.ranges.part_count()};
    });
}

void vfree(VirtualAddress address)
{
    const u64 size = area->with([&](Area& all) -> u64 {
        const u64 with_guard = all.ranges.size_at(address.value);
        if (with_guard == 0)
            panic("vfree: not an address from vmalloc");
        const u64 without = with_guard - guard_size;
        return without == kernel_stack_size && all.stacks.put(address) ? 0 : without;
    });
    if (size == 0)
        return;
    // Nobody may use the addresses any more, so other CPUs' stale translations do no harm until they are used anew.
    area->with([&](Area& all) { all.unmap(address, size); });
    arch::flush_tlb(address, size);
    area->with([&](Area& all) { all.ranges.free(address.value); });
}

} // namespace kernel::mm
