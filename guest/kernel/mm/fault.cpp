// AddressSpace: how pages come when they are touched.
#include "arch/paging.hpp"
#include "kernel/mm/address_space.hpp"
#include "kernel/mm/page_allocator.hpp"
#include "kernel/mm/shared_page.hpp"
#include "kernel/mm/user_page_flags.hpp"
#include "kernel/mm/zero_page.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <span>

namespace kernel::mm {
namespace {

/// Pages of a file that lie in memory already are mapped this many at a time (a power of two): a fault costs more than
/// mapping them all.
constexpr u64 fault_around_size = 16 * page_size;

bool allows(Protection protection, const arch::PageFault& fault)
{
    if (fault.execute)
        return protection.execute;
    return fault.write ? protection.write : protection.any();
}

bool allows(const arch::PageFlags& flags, const arch::PageFault& fault)
{
    return flags.accessible && (!fault.write || flags.write) && (!fault.execute || flags.execute);
}

FaultOutcome outcome_of(const Result<void>& result)
{
    if (result)
        return FaultOutcome::served;
    return result.error() == Errno::enomem ? FaultOutcome::out_of_memory : FaultOutcome::no_content;
}

Result<PhysicalAddress> copy_of(PhysicalAddress page)
{
    const PhysicalAddress copy = TRY(alloc_page());
    std::memcpy(arch::direct_map(copy), arch::direct_map(page), page_size);
    return copy;
}

/// How a page that is the source's own is mapped.
arch::PageFlags lent_page_flags(const VirtualMemoryArea& area)
{
    arch::PageFlags flags = user_page_flags(area.kind.protection);
    flags.write = flags.write && area.kind.shared;
    return flags;
}

} // namespace

FaultOutcome AddressSpace::handle_fault(const arch::PageFault& fault)
{
    if (fault.address.value >= vitrine::abi::user_end)
        return FaultOutcome::not_mapped;
    return state_.with([&](State& state) {
        const VirtualAddress page = fault.address.page();
        const VirtualMemoryArea* const area = area_for(state, page);
        if (area == nullptr)
            return FaultOutcome::not_mapped;
        if (!allows(area->kind.protection, fault))
            return FaultOutcome::not_allowed;
        const auto mapping = tables_.lookup(page);
        if (!mapping)
            return outcome_of(bring_in(*area, page, fault.write));
        if (allows(mapping->flags, fault))
            return FaultOutcome::served; // another thread was faster
        return fault.write ? outcome_of(make_writable(*area, page, *mapping)) : FaultOutcome::not_allowed;
    });
}

/// The area that `page` lies in; if it lies below a stack that may grow so far, the stack grows.
VirtualMemoryArea* AddressSpace::area_for(State& state, VirtualAddress page)
{
    VirtualMemoryArea* const area = state.mappings.find_or_next(page);
    if (area == nullptr || area->range.contains(page))
        return area;
    if (page < area->kind.grows_down_to || !area->grows_down())
        return nullptr;
    if (page < state.mappings.end_of_previous(*area) + stack_gap)
        return nullptr;
    Mappings::grow(*area, page);
    return area;
}

Result<void> AddressSpace::bring_in(const VirtualMemoryArea& area, VirtualAddress page, bool write)
{
    if (area.kind.source)
        return map_source_page(area, page, write);
    return write ? map_new(area, page, TRY(alloc_page(Contents::zeroed))) : map_zeros(area, page);
}

/// What has only been read so far needs no page of its own.
Result<void> AddressSpace::map_zeros(const VirtualMemoryArea& area, VirtualAddress page)
{
    const PhysicalAddress zeros = TRY(zero_page());
    arch::PageFlags flags = user_page_flags(area.kind.protection);
    flags.write = false;
    auto mapped = tables_.map(page, zeros, flags);
    if (!mapped)
        put_page(zeros);
    return mapped;
}

/// Maps a page that is nobody else's, or frees it.
Result<void> AddressSpace::map_new(const VirtualMemoryArea& area, VirtualAddress page, PhysicalAddress physical)
{
    auto mapped = tables_.map(page, physical, user_page_flags(area.kind.protection));
    if (!mapped)
        free_page(physical);
    return mapped;
}

/// A page that the source lends is mapped as it is; in a private mapping until somebody writes to it.
Result<void> AddressSpace::map_source_page(const VirtualMemoryArea& area, VirtualAddress page, bool write)
{
    const SourcePage content = TRY(area.kind.source->page_at(area.source_offset(page)));
    if (!content.borrowed)
        return map_new(area, page, content.address);
    if (write && !area.kind.shared) {
        const auto copy = copy_of(content.address);
        put_page(content.address);
        return copy ? map_new(area, page, copy.value()) : Result<void>{copy.error()};
    }
    const auto mapped = tables_.map(page, content.address, lent_page_flags(area));
    if (!mapped) {
        put_page(content.address);
        return mapped;
    }
    map_ahead(area, page + page_size);
    return {};
}

/// Maps what the source has in memory of the pages that follow, as far as it is worth while. Failures do not matter:
/// the pages will be asked for again.
void AddressSpace::map_ahead(const VirtualMemoryArea& area, VirtualAddress page)
{
    const VirtualAddress end{std::min(align_up(page.value, fault_around_size), area.range.end.value)};
    if (page >= end)
        return;
    std::array<PhysicalAddress, fault_around_size / page_size> room;
    const std::span wanted = std::span{room}.first((end.value - page.value) / page_size);
    const std::span pages = wanted.first(area.kind.source->pages_in_memory(area.source_offset(page), wanted));
    tables_.map_absent(page, pages, lent_page_flags(area));
    for (const PhysicalAddress left : pages)
        if (left.value != 0)
            put_page(left);
}

/// For a write to a page that is mapped read-only although the mapping is writable.
Result<void> AddressSpace::make_writable(const VirtualMemoryArea& area, VirtualAddress page,
                                         const arch::Mapping& mapping)
{
    const arch::PageFlags flags = user_page_flags(area.kind.protection);
    // No flush: the fault has made this CPU forget, others will fault and find it.
    if (area.kind.shared || is_exclusive(mapping.physical))
        return tables_.map(page, mapping.physical, flags);
    const PhysicalAddress copy =
        TRY(is_zero_page(mapping.physical) ? alloc_page(Contents::zeroed) : copy_of(mapping.physical));
    const auto mapped = tables_.map(page, copy, flags);
    if (!mapped) {
        free_page(copy);
        return mapped.error();
    }
    arch::flush_user_tlb(half_, page, page_size);
    put_page(mapping.physical);
    return {};
}

} // namespace kernel::mm
