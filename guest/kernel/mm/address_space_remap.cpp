// AddressSpace: mremap(2).
#include "kernel/mm/address_space.hpp"
#include "kernel/mm/shared_page.hpp"

namespace kernel::mm {
namespace {

bool overlap(const AddressRange& a, const AddressRange& b) { return a.begin < b.end && b.begin < a.end; }

/// Maps pages a second time, so many bytes further on.
class SecondMapping final : public arch::PageVisitor {
public:
    SecondMapping(arch::PageTables& tables, u64 distance) : tables_{tables}, distance_{distance} {}

    std::optional<arch::PageFlags> visit(VirtualAddress address, const arch::Mapping& mapping) override
    {
        if (outcome_)
            outcome_ = tables_.map(address + distance_, mapping.physical, mapping.flags);
        if (outcome_)
            share_page(mapping.physical);
        return mapping.flags;
    }
    const Result<void>& outcome() const { return outcome_; }

private:
    arch::PageTables& tables_;
    u64 distance_;
    Result<void> outcome_;
};

} // namespace

Result<VirtualAddress> AddressSpace::remap(const Remapping& wanted)
{
    const u64 old_size = align_up(wanted.old_size, page_size);
    const u64 new_size = align_up(wanted.new_size, page_size);
    if ((wanted.from.value & page_mask) != 0 || new_size == 0 || old_size > vitrine::abi::user_end)
        return Errno::einval;
    if (wanted.keep_old && old_size != new_size)
        return Errno::einval;
    RemovedAreas removed;
    return state_.with([&](State& state) -> Result<VirtualAddress> {
        const AddressRange old{wanted.from, wanted.from + old_size};
        if (wanted.to)
            return remap_to(state, old, new_size, wanted, removed);
        const VirtualMemoryArea* const area = state.mappings.find(old.begin);
        if (area == nullptr)
            return Errno::efault;
        if (old_size >= new_size && !wanted.keep_old) {
            if (old_size != new_size)
                TRY(unmap(state, {old.begin + new_size, old.end}, removed));
            return old.begin;
        }
        TRY(check_remapping(*area, old));
        if (!wanted.keep_old && old_size != 0 && TRY(grow_in_place(state, *area, old, new_size)))
            return old.begin;
        if (!wanted.may_move)
            return Errno::enomem;
        const auto gap = state.mappings.find_gap(new_size, {lowest_mapping, state.search_end});
        if (!gap)
            return Errno::enomem;
        return move(state, old, *gap, wanted.keep_old, removed);
    });
}

/// What is moved or made larger is a part of one mapping. Of no size, it makes a second mapping of what is shared.
Result<void> AddressSpace::check_remapping(const VirtualMemoryArea& area, const AddressRange& old)
{
    if (old.size() == 0 && !area.kind.shared)
        return Errno::einval;
    if (area.range.end < old.end)
        return Errno::efault;
    return {};
}

/// MREMAP_FIXED: what is there goes.
Result<VirtualAddress> AddressSpace::remap_to(State& state, AddressRange old, u64 new_size, const Remapping& wanted,
                                              RemovedAreas& removed)
{
    const VirtualAddress to = *wanted.to;
    if ((to.value & page_mask) != 0 || new_size > vitrine::abi::user_end ||
        to.value > vitrine::abi::user_end - new_size)
        return Errno::einval;
    const AddressRange target{to, to + new_size};
    if (overlap(old, target))
        return Errno::einval;
    if (target.begin < lowest_mapping)
        return Errno::eperm;
    TRY(unmap(state, target, removed));
    if (old.size() > new_size) {
        TRY(unmap(state, {old.begin + new_size, old.end}, removed));
        old.end = old.begin + new_size;
    }
    const VirtualMemoryArea* const area = state.mappings.find(old.begin);
    if (area == nullptr)
        return Errno::efault;
    TRY(check_remapping(*area, old));
    return move(state, old, target, wanted.keep_old, removed);
}

/// Whether there was room behind the mapping.
Result<bool> AddressSpace::grow_in_place(State& state, const VirtualMemoryArea& area, const AddressRange& old,
                                         u64 new_size)
{
    const AddressRange added{old.end, old.begin + new_size};
    if (old.end != area.range.end || added.end.value > vitrine::abi::user_end || !state.mappings.is_free(added))
        return false;
    MappingKind kind = area.kind;
    kind.offset = area.source_offset(added.begin);
    kind.grows_down_to = {};
    TRY(state.mappings.insert(added, std::move(kind)));
    return true;
}

/// `old` is a part of one mapping, `target` is free and not smaller. Pages are mapped in both places for a moment, so
/// that nothing is lost when memory for tables runs out.
Result<VirtualAddress> AddressSpace::move(State& state, const AddressRange& old, const AddressRange& target,
                                          bool keep_old, RemovedAreas& removed)
{
    const VirtualMemoryArea& area = *state.mappings.find(old.begin);
    MappingKind kind = area.kind;
    kind.offset = area.source_offset(old.begin);
    kind.grows_down_to = {};
    TRY(state.mappings.insert(target, std::move(kind)));
    if (old.size() == 0)
        return target.begin;
    SecondMapping second{tables_, target.begin.value - old.begin.value};
    tables_.visit(old.begin, old.end, second);
    const auto undone = [&](Errno error) -> Result<VirtualAddress> {
        static_cast<void>(unmap(state, target, removed));
        return error;
    };
    if (!second.outcome())
        return undone(second.outcome().error());
    if (keep_old) {
        release_pages(old);
    } else if (const auto unmapped = unmap(state, old, removed); !unmapped) {
        return undone(unmapped.error());
    }
    return target.begin;
}

} // namespace kernel::mm
