#include "kernel/mm/address_space.hpp"

#include "kernel/mm/shared_memory.hpp"
#include "kernel/mm/shared_page.hpp"
#include "kernel/mm/user_page_flags.hpp"
#include "lib/checked.hpp"

#include <algorithm>
#include <array>
#include <span>

namespace kernel::mm {
namespace {

constexpr u64 initial_stack_size = 32 * page_size;
constexpr VirtualAddress user_end{vitrine::abi::user_end};

/// The pages that [address, address + size) has a part in, within the user half. EINVAL for no size or an address
/// inside of a page, ENOMEM when it does not fit.
Result<AddressRange> user_range(VirtualAddress address, u64 size)
{
    if ((address.value & page_mask) != 0 || size == 0)
        return Errno::einval;
    if (size > user_end.value || address.value > user_end.value - align_up(size, page_size))
        return Errno::enomem;
    return AddressRange{address, address + align_up(size, page_size)};
}

/// Unmaps pages, a few at a time: no CPU may know a page's translation any more when the page is given back.
class PageRelease final : public arch::PageVisitor {
public:
    /// `half`: of which the pages are; null when nobody has it loaded.
    explicit PageRelease(arch::UserHalf* half) : half_{half} {}
    ~PageRelease() { finish(); }
    PageRelease(const PageRelease&) = delete;
    PageRelease& operator=(const PageRelease&) = delete;

    std::optional<arch::PageFlags> visit(VirtualAddress address, const arch::Mapping& mapping) override
    {
        if (count_ == pages_.size())
            finish();
        if (count_ == 0)
            first_ = address;
        end_ = address + page_size;
        pages_[count_++] = mapping.physical;
        return std::nullopt;
    }

private:
    void finish()
    {
        if (count_ == 0)
            return;
        if (half_ != nullptr)
            arch::flush_user_tlb(*half_, first_, end_.value - first_.value);
        for (const PhysicalAddress page : std::span{pages_}.first(count_))
            put_page(page);
        count_ = 0;
    }

    arch::UserHalf* half_;
    std::array<PhysicalAddress, 32> pages_;
    std::size_t count_ = 0;
    VirtualAddress first_{};
    VirtualAddress end_{};
};

/// Maps the pages of private mappings in a second address space, too, and lets neither write to them.
class PageSharing final : public arch::PageVisitor {
public:
    explicit PageSharing(arch::PageTables& with) : with_{with} {}

    std::optional<arch::PageFlags> visit(VirtualAddress address, const arch::Mapping& mapping) override
    {
        arch::PageFlags flags = mapping.flags;
        if (!outcome_)
            return flags;
        flags.write = false;
        outcome_ = with_.map(address, mapping.physical, flags);
        if (outcome_)
            share_page(mapping.physical);
        return flags;
    }
    const Result<void>& outcome() const { return outcome_; }

private:
    arch::PageTables& with_;
    Result<void> outcome_;
};

/// Gives mapped pages other rights. A page of a private mapping that is not this address space's alone does not become
/// writable: the fault of the first write copies it.
class PageProtection final : public arch::PageVisitor {
public:
    PageProtection(Protection protection, bool shared) : protection_{protection}, shared_{shared} {}

    std::optional<arch::PageFlags> visit(VirtualAddress, const arch::Mapping& mapping) override
    {
        any_ = true;
        arch::PageFlags flags = user_page_flags(protection_);
        flags.write = flags.write && (shared_ || is_exclusive(mapping.physical));
        return flags;
    }
    bool any() const { return any_; }

private:
    Protection protection_;
    bool shared_;
    bool any_ = false;
};

} // namespace

Result<Ref<AddressSpace>> AddressSpace::create() { return make_ref<AddressSpace>(TRY(arch::PageTables::create())); }

AddressSpace::~AddressSpace()
{
    arch::retire_user_half(half_); // nobody runs in it
    PageRelease release{nullptr};
    state_.without_lock().mappings.for_each(
        [&](const VirtualMemoryArea& area) { tables_.visit(area.range.begin, area.range.end, release); });
}

Result<Ref<AddressSpace>> AddressSpace::duplicate()
{
    auto copy = TRY(create());
    TRY(state_.with([&](State& state) -> Result<void> {
        const auto duplicated = duplicate_into(state, *copy);
        // Whatever has been write-protected, even if it came to nothing: once for all of it.
        arch::flush_user_tlb(half_, {0}, vitrine::abi::user_end);
        return duplicated;
    }));
    return copy;
}

Result<void> AddressSpace::duplicate_into(const State& state, AddressSpace& copy)
{
    State& to = copy.state_.without_lock(); // nobody else knows it yet
    to.search_end = state.search_end;
    to.heap_start = state.heap_start;
    to.heap_end = state.heap_end;
    PageSharing sharing{copy.tables_};
    return state.mappings.try_for_each([&](const VirtualMemoryArea& area) -> Result<void> {
        if (area.kind.do_not_fork)
            return {};
        MappingKind kind = area.kind;
        kind.locked = false;
        TRY(to.mappings.insert(area.range, std::move(kind)));
        if (!area.kind.shared && !area.kind.wipe_on_fork) // shared ones: those find their pages in the source again
            tables_.visit(area.range.begin, area.range.end, sharing);
        return sharing.outcome();
    });
}

Result<VirtualAddress> AddressSpace::map_anonymous(VirtualAddress where, u64 size, Protection protection,
                                                   Placement placement)
{
    return map(where, size, placement, {.protection = protection});
}

Result<VirtualAddress> AddressSpace::map_growing_down(VirtualAddress where, u64 size, Protection protection,
                                                      Placement placement, u64 limit)
{
    return map(where, size, placement, {.protection = protection}, std::max(limit, page_size));
}

Result<VirtualAddress> AddressSpace::map_shared_memory(VirtualAddress where, u64 size, Protection protection,
                                                       Placement placement)
{
    if (size > user_end.value)
        return Errno::enomem;
    return map_file(where, size, protection, placement, TRY(make_ref<SharedMemory>(size)), 0, Sharing::shared);
}

Result<VirtualAddress> AddressSpace::map_file(VirtualAddress where, u64 size, Protection protection,
                                              Placement placement, Ref<PageSource> source, u64 offset, Sharing sharing)
{
    const bool shared = sharing != Sharing::copied;
    if ((offset & page_mask) != 0)
        return Errno::einval;
    if (!checked_add(offset, size))
        return Errno::eoverflow;
    if (shared && !source->can_be_shared())
        return Errno::enodev;
    if (sharing == Sharing::shared_read_only && protection.write)
        return Errno::eacces;
    return map(where, size, placement,
               {.protection = protection,
                .source = std::move(source),
                .offset = offset,
                .shared = shared,
                .may_write = sharing != Sharing::shared_read_only});
}

Result<VirtualAddress> AddressSpace::map(VirtualAddress where, u64 size, Placement placement, MappingKind kind,
                                         u64 growth_limit)
{
    if (placement == Placement::anywhere && !user_range(where.page(), size))
        where = {0}; // a hint that leads nowhere counts for nothing; a wrong size is wrong there, too
    if (placement == Placement::anywhere)
        where = where.page();
    AddressRange range = TRY(user_range(where, size));
    if (placement != Placement::anywhere && range.begin < lowest_mapping)
        return Errno::eperm;
    RemovedAreas removed;
    return state_.with([&](State& state) -> Result<VirtualAddress> {
        switch (placement) {
        case Placement::fixed: TRY(unmap(state, range, removed)); break;
        case Placement::fixed_if_unused:
            if (!state.mappings.is_free(range))
                return Errno::eexist;
            break;
        case Placement::anywhere:
            if (range.begin >= lowest_mapping && state.mappings.is_free(range))
                break;
            const auto gap = state.mappings.find_gap(range.size(), {lowest_mapping, state.search_end});
            if (!gap)
                return Errno::enomem;
            range = *gap;
        }
        kind.locked = state.lock_new;
        if (growth_limit != 0)
            kind.grows_down_to = {range.end.value - std::min(growth_limit, range.end.value - lowest_mapping.value)};
        TRY(state.mappings.insert(range, std::move(kind)));
        return range.begin;
    });
}

Result<VirtualAddress> AddressSpace::map_stack(u64 limit)
{
    limit = align_up(std::max(limit, initial_stack_size), page_size);
    const AddressRange range{{user_end.value - initial_stack_size}, user_end};
    if (limit > user_end.value / 2)
        return Errno::enomem;
    return state_.with([&](State& state) -> Result<VirtualAddress> {
        if (!state.mappings.is_free(range))
            return Errno::eexist;
        const VirtualAddress lowest{user_end.value - limit};
        TRY(state.mappings.insert(range, {.protection = {.read = true, .write = true}, .grows_down_to = lowest}));
        state.search_end = {lowest.value - stack_gap};
        return range.end;
    });
}

Result<void> AddressSpace::unmap(VirtualAddress address, u64 size)
{
    const auto range = user_range(address, size);
    if (!range)
        return Errno::einval;
    RemovedAreas removed;
    return state_.with([&](State& state) { return unmap(state, range.value(), removed); });
}

Result<void> AddressSpace::unmap(State& state, const AddressRange& range, RemovedAreas& removed)
{
    if (state.mappings.is_free(range))
        return {};
    TRY(state.mappings.isolate(range));
    release_pages(range);
    state.mappings.remove(range, removed);
    return {};
}

Result<void> AddressSpace::protect(VirtualAddress address, u64 size, Protection protection)
{
    if (size == 0 && (address.value & page_mask) == 0)
        return {};
    const AddressRange range = TRY(user_range(address, size));
    return state_.with([&](State& state) -> Result<void> {
        if (!state.mappings.is_mapped(range))
            return Errno::enomem;
        if (protection.write && !state.mappings.may_write(range))
            return Errno::eacces;
        TRY(state.mappings.protect(range, protection));
        bool any = false;
        state.mappings.for_each_in(range, [&](const VirtualMemoryArea& area, const AddressRange& part) {
            PageProtection visitor{protection, area.kind.shared};
            tables_.visit(part.begin, part.end, visitor);
            any |= visitor.any();
        });
        if (any)
            arch::flush_user_tlb(half_, range.begin, range.size());
        return {};
    });
}

Result<void> AddressSpace::discard(VirtualAddress address, u64 size)
{
    if (size == 0 && (address.value & page_mask) == 0)
        return {};
    const AddressRange range = TRY(user_range(address, size));
    return state_.with([&](State& state) -> Result<void> {
        if (!state.mappings.is_mapped(range))
            return Errno::enomem;
        release_pages(range);
        return {};
    });
}

void AddressSpace::release_pages(const AddressRange& range)
{
    PageRelease release{&half_};
    tables_.visit(range.begin, range.end, release);
}

void AddressSpace::drop_source_pages(const PageSource& source, u64 begin, u64 end)
{
    state_.with([&](State& state) {
        state.mappings.for_each([&](const VirtualMemoryArea& area) {
            if (area.kind.source.get() != &source)
                return;
            const u64 first = std::max(begin, area.kind.offset);
            const u64 last = std::min(end, area.source_offset(area.range.end));
            if (first < last)
                release_pages({area.address_of(first), area.address_of(last)});
        });
    });
}

void AddressSpace::set_heap_start(VirtualAddress start)
{
    state_.with([&](State& state) { state.heap_start = state.heap_end = {align_up(start.value, page_size)}; });
}

Result<VirtualAddress> AddressSpace::beginning_of_stack(VirtualAddress address)
{
    return state_.with([&](State& state) -> Result<VirtualAddress> {
        const VirtualMemoryArea* const area = state.mappings.find(address);
        if (area == nullptr)
            return Errno::enomem;
        if (!area->grows_down())
            return Errno::einval;
        return area->range.begin;
    });
}

VirtualAddress AddressSpace::set_break(VirtualAddress end, u64 limit)
{
    RemovedAreas removed;
    return state_.with([&](State& state) {
        if (end < state.heap_start || end > state.search_end || end.value - state.heap_start.value > limit)
            return state.heap_end;
        const VirtualAddress mapped_end{align_up(state.heap_end.value, page_size)};
        const VirtualAddress wanted_end{align_up(end.value, page_size)};
        const bool done = wanted_end > mapped_end
                              ? grow_heap(state, {mapped_end, wanted_end})
                              : wanted_end == mapped_end || unmap(state, {wanted_end, mapped_end}, removed);
        if (done)
            state.heap_end = end;
        return state.heap_end;
    });
}

bool AddressSpace::grow_heap(State& state, const AddressRange& added)
{
    return state.mappings.is_free(added) && state.mappings.insert(added, {.protection = {.read = true, .write = true}});
}

} // namespace kernel::mm
