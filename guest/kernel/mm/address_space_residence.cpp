// AddressSpace: which pages are in memory, and how they come there without being touched.
#include "kernel/mm/address_space.hpp"
#include "kernel/mm/shared_page.hpp"
#include "kernel/mm/zero_page.hpp"

namespace kernel::mm {
namespace {

/// Counts the resident pages of one mapping after the other.
class ResidenceCount final : public arch::PageVisitor {
public:
    explicit ResidenceCount(MemoryUse& use) : use_{use} {}

    void begin(const VirtualMemoryArea& area) { area_ = &area; }
    std::optional<arch::PageFlags> visit(VirtualAddress, const arch::Mapping& mapping) override
    {
        if (is_zero_page(mapping.physical))
            return mapping.flags;
        if (area_->kind.shared)
            ++use_.resident_shared;
        else if (area_->kind.source && !is_exclusive(mapping.physical))
            ++use_.resident_file;
        else
            ++use_.resident_anonymous;
        return mapping.flags;
    }

private:
    MemoryUse& use_;
    const VirtualMemoryArea* area_ = nullptr;
};

} // namespace

MemoryUse AddressSpace::memory_use()
{
    MemoryUse use{};
    state_.with([&](State& state) {
        ResidenceCount residence{use};
        state.mappings.for_each([&](const VirtualMemoryArea& area) {
            const u64 pages = area.range.size() / page_size;
            use.mapped += pages;
            if (area.kind.locked)
                use.locked += pages;
            if (area.grows_down())
                use.stack += pages;
            else if (area.kind.protection.execute && !area.kind.protection.write && area.kind.source)
                use.code += pages;
            else if (area.kind.protection.write && !area.kind.shared)
                use.data += pages;
            residence.begin(area);
            tables_.visit(area.range.begin, area.range.end, residence);
        });
    });
    return use;
}

Result<void> AddressSpace::residence(VirtualAddress address, std::span<u8> pages)
{
    const AddressRange range{address, address + pages.size() * page_size};
    return state_.with([&](State& state) -> Result<void> {
        if (!state.mappings.is_mapped(range))
            return Errno::enomem;
        state.mappings.for_each_in(range, [&](const VirtualMemoryArea& area, const AddressRange& part) {
            for (VirtualAddress page = part.begin; page < part.end; page = page + page_size)
                pages[(page.value - address.value) / page_size] = is_resident(area, page) ? 1 : 0;
        });
        return {};
    });
}

bool AddressSpace::is_resident(const VirtualMemoryArea& area, VirtualAddress page)
{
    if (tables_.lookup(page))
        return true;
    PhysicalAddress in_memory;
    if (!area.kind.source || area.kind.source->pages_in_memory(area.source_offset(page), {&in_memory, 1}) == 0)
        return false;
    put_page(in_memory);
    return true;
}

Result<void> AddressSpace::populate(VirtualAddress address, u64 size, Populate how)
{
    const AddressRange range{address, address + align_up(size, page_size)};
    for (VirtualAddress page = range.begin; page < range.end; page = page + page_size) {
        // One at a time: others may want the lock, and memory may run out.
        TRY(state_.with([&](State& state) -> Result<void> {
            const VirtualMemoryArea* const area = state.mappings.find(page);
            if (area == nullptr)
                return Errno::enomem;
            const Protection protection = area->kind.protection;
            const bool write =
                how == Populate::write || (how == Populate::as_allowed && protection.write && !area->kind.shared);
            if (!protection.any() || (write && !protection.write))
                return Errno::efault;
            const auto mapping = tables_.lookup(page);
            if (!mapping)
                return bring_in(*area, page, write);
            return write && !mapping->flags.write ? make_writable(*area, page, *mapping) : Result<void>{};
        }));
    }
    return {};
}

void AddressSpace::populate_all()
{
    AddressRange part{};
    const auto find_next = [&](State& state) {
        const VirtualMemoryArea* const area = state.mappings.find_or_next(part.end);
        if (area != nullptr)
            part = {std::max(area->range.begin, part.end), area->range.end};
        return area != nullptr;
    };
    while (state_.with(find_next))
        static_cast<void>(populate(part.begin, part.size(), Populate::as_allowed)); // as far as it may be touched
}

/// Of what is mapped, all of it.
template <typename Change>
Result<void> AddressSpace::change_kinds(VirtualAddress address, u64 size, Change change)
{
    const AddressRange range{address, address + align_up(size, page_size)};
    return state_.with([&](State& state) -> Result<void> {
        if (!state.mappings.is_mapped(range))
            return Errno::enomem;
        return state.mappings.change(range, change);
    });
}

Result<void> AddressSpace::set_locked(VirtualAddress address, u64 size, bool locked)
{
    return change_kinds(address, size, [&](MappingKind& kind) -> Result<void> {
        kind.locked = locked;
        return {};
    });
}

Result<void> AddressSpace::set_all_locked(bool locked)
{
    return state_.with([&](State& state) {
        return state.mappings.change({{0}, {vitrine::abi::user_end}}, [&](MappingKind& kind) -> Result<void> {
            kind.locked = locked;
            return {};
        });
    });
}

void AddressSpace::lock_new_mappings(bool lock)
{
    state_.with([&](State& state) { state.lock_new = lock; });
}

bool AddressSpace::has_locked(VirtualAddress address, u64 size)
{
    bool found = false;
    state_.with([&](State& state) {
        state.mappings.for_each_in({address, address + size}, [&](const VirtualMemoryArea& area, const AddressRange&) {
            found |= area.kind.locked;
        });
    });
    return found;
}

Result<void> AddressSpace::advise(VirtualAddress address, u64 size, Advice advice)
{
    const u64 rounded = align_up(size, page_size);
    switch (advice) {
    case Advice::none: return check_mapped(address, rounded);
    case Advice::discard:
    case Advice::free: return discard_advised(address, rounded, advice);
    case Advice::populate_read: return populate(address, size, Populate::read);
    case Advice::populate_write: return populate(address, size, Populate::write);
    default: break;
    }
    return change_kinds(address, size, [&](MappingKind& kind) -> Result<void> {
        const bool is_private_memory = !kind.source && !kind.shared;
        if (advice == Advice::wipe_on_fork && !is_private_memory)
            return Errno::einval;
        if (advice == Advice::do_not_fork || advice == Advice::do_fork)
            kind.do_not_fork = advice == Advice::do_not_fork;
        else
            kind.wipe_on_fork = advice == Advice::wipe_on_fork;
        return {};
    });
}

Result<void> AddressSpace::check_mapped(VirtualAddress address, u64 size)
{
    return state_.with([&](State& state) -> Result<void> {
        if (!state.mappings.is_mapped({address, address + size}))
            return Errno::enomem;
        return {};
    });
}

/// Of what is mapped in the range, up to what may not be discarded; ENOMEM in the end when that was not all.
Result<void> AddressSpace::discard_advised(VirtualAddress address, u64 size, Advice advice)
{
    const AddressRange range{address, address + size};
    return state_.with([&](State& state) -> Result<void> {
        Result<void> outcome;
        state.mappings.for_each_in(range, [&](const VirtualMemoryArea& area, const AddressRange& part) {
            if (area.kind.locked || (advice == Advice::free && (area.kind.source || area.kind.shared)))
                outcome = Errno::einval;
            if (outcome)
                release_pages(part);
        });
        if (outcome && !state.mappings.is_mapped(range))
            return Errno::enomem;
        return outcome;
    });
}

} // namespace kernel::mm
