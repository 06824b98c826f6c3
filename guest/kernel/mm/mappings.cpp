#include "kernel/mm/mappings.hpp"

#include "kernel/mm/heap.hpp"

#include <algorithm>
#include <iterator>

namespace kernel::mm {
namespace {

bool alike(const MappingKind& a, const MappingKind& b)
{
    return a.protection == b.protection && a.source.get() == b.source.get() && a.shared == b.shared &&
           a.may_write == b.may_write && a.locked == b.locked && a.do_not_fork == b.do_not_fork &&
           a.wipe_on_fork == b.wipe_on_fork;
}

/// Whether `second`, which begins where `first` ends, only continues it.
bool continues(const VirtualMemoryArea& first, const VirtualMemoryArea& second)
{
    return first.range.end == second.range.begin && alike(first.kind, second.kind) && !first.grows_down() &&
           !second.grows_down() && (!first.kind.source || first.source_offset(first.range.end) == second.kind.offset);
}

} // namespace

RemovedAreas::~RemovedAreas()
{
    while (first_ != nullptr) {
        const Box<VirtualMemoryArea> area{first_};
        first_ = area->next_removed;
    }
}

Mappings::~Mappings()
{
    areas_.clear_and_dispose([](VirtualMemoryArea* area) {
        if (area->kind.source)
            area->kind.source->remove_user(area->source_user);
        Box<VirtualMemoryArea>{area};
    });
}

VirtualMemoryArea* Mappings::find_or_next(VirtualAddress address)
{
    auto area = areas_.upper_bound(address);
    if (area != areas_.begin() && std::prev(area)->range.contains(address))
        --area;
    return area == areas_.end() ? nullptr : &*area;
}

VirtualMemoryArea* Mappings::find(VirtualAddress address)
{
    VirtualMemoryArea* const area = find_or_next(address);
    return area != nullptr && area->range.contains(address) ? area : nullptr;
}

/// The lowest area with a page in `range`, or null.
VirtualMemoryArea* Mappings::reaches_into(const AddressRange& range)
{
    VirtualMemoryArea* const area = find_or_next(range.begin);
    return area != nullptr && area->range.begin < range.end ? area : nullptr;
}

bool Mappings::is_mapped(const AddressRange& range)
{
    VirtualAddress reached = range.begin;
    while (reached < range.end) {
        const VirtualMemoryArea* const area = find(reached);
        if (area == nullptr)
            return false;
        reached = area->range.end;
    }
    return true;
}

bool Mappings::may_write(const AddressRange& range)
{
    bool all = true;
    for_each_in(range, [&](const VirtualMemoryArea& area, const AddressRange&) { all &= area.kind.may_write; });
    return all;
}

std::optional<AddressRange> Mappings::find_gap(u64 size, const AddressRange& bounds)
{
    VirtualAddress gap_end = bounds.end;
    auto area = areas_.lower_bound(bounds.end);
    for (;;) {
        const bool at_bottom = area == areas_.begin();
        const VirtualAddress below = at_bottom ? VirtualAddress{0} : std::prev(area)->range.end;
        const VirtualAddress gap_begin = std::max(bounds.begin, below);
        if (gap_begin < gap_end && gap_end.value - gap_begin.value >= size)
            return AddressRange{{gap_end.value - size}, gap_end};
        if (at_bottom || below <= bounds.begin)
            return std::nullopt;
        --area;
        gap_end = std::min(gap_end, area->range.begin);
    }
}

Result<void> Mappings::insert(const AddressRange& range, MappingKind kind)
{
    add(*TRY(make_box<VirtualMemoryArea>(VirtualMemoryArea{range, std::move(kind)})).release());
    merge_around(range);
    return {};
}

Result<void> Mappings::isolate(const AddressRange& range)
{
    TRY(split(range.begin));
    return split(range.end);
}

void Mappings::remove(const AddressRange& range, RemovedAreas& removed)
{
    while (VirtualMemoryArea* const area = reaches_into(range)) {
        take_out(*area);
        removed.add(*area);
    }
}

Result<void> Mappings::protect(const AddressRange& range, Protection protection)
{
    TRY(isolate(range));
    for (auto area = areas_.lower_bound(range.begin); area != areas_.end() && area->range.begin < range.end; ++area)
        area->kind.protection = protection;
    merge_around(range);
    return {};
}

/// Makes `at` the border of two areas, if it lies within one. The upper part of a stack that is cut does not grow.
Result<void> Mappings::split(VirtualAddress at)
{
    VirtualMemoryArea* const lower = find(at);
    if (lower == nullptr || lower->range.begin == at)
        return {};
    MappingKind kind = lower->kind;
    kind.offset = lower->source_offset(at);
    kind.grows_down_to = {};
    VirtualMemoryArea* const upper =
        TRY(make_box<VirtualMemoryArea>(VirtualMemoryArea{{at, lower->range.end}, std::move(kind)}))
    .release();
    lower->range.end = at;
    add(*upper);
    return {};
}

/// Joins the areas in `range`, and the ones at its borders, where they can be one.
void Mappings::merge_around(const AddressRange& range)
{
    auto area = areas_.lower_bound(range.begin);
    if (area != areas_.begin())
        --area;
    while (area != areas_.end() && area->range.begin < range.end) {
        const auto next = std::next(area);
        if (next == areas_.end() || !continues(*area, *next)) {
            area = next;
            continue;
        }
        area->range.end = next->range.end;
        take_out(*next);
        Box<VirtualMemoryArea>{&*next}; // `area` keeps the source
    }
}

VirtualAddress Mappings::end_of_previous(const VirtualMemoryArea& area)
{
    const auto position = areas_.iterator_to(area);
    return position == areas_.begin() ? VirtualAddress{0} : std::prev(position)->range.end;
}

void Mappings::add(VirtualMemoryArea& area)
{
    areas_.insert(area);
    area.source_user.space = owner_;
    if (area.kind.source)
        area.kind.source->add_user(area.source_user);
}

void Mappings::take_out(VirtualMemoryArea& area)
{
    areas_.erase(areas_.iterator_to(area));
    if (area.kind.source)
        area.kind.source->remove_user(area.source_user);
}

} // namespace kernel::mm
