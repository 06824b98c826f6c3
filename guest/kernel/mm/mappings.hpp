#pragma once

#include "kernel/mm/page_source.hpp"
#include "kernel/mm/protection.hpp"
#include "lib/intrusive.hpp"
#include "lib/ref.hpp"
#include "lib/result.hpp"
#include "lib/types.hpp"

#include <algorithm>
#include <optional>
#include <utility>

namespace kernel::mm {

/// Addresses [begin, end), both multiples of the page size.
struct AddressRange {
    VirtualAddress begin;
    VirtualAddress end;

    constexpr u64 size() const { return end.value - begin.value; }
    constexpr bool contains(VirtualAddress address) const { return begin <= address && address < end; }
    constexpr bool contains(const AddressRange& other) const { return begin <= other.begin && other.end <= end; }
};

/// What a mapping consists of, apart from its place.
struct MappingKind {
    Protection protection{};
    Ref<PageSource> source{};       ///< null: anonymous
    u64 offset = 0;                 ///< in the source, of the first page
    VirtualAddress grows_down_to{}; ///< a stack's limit; 0: does not grow
    bool shared = false;            ///< writes go to the source's own pages
    bool may_write = true;          ///< whether the protection may be made to allow it (Linux's VM_MAYWRITE)
    bool locked = false;            ///< mlock(2)
    bool do_not_fork = false;       ///< madvise(2): duplicates do not have it
    bool wipe_on_fork = false;      ///< duplicates find zeros
};

/// A virtual memory area: neighbouring pages that are mapped alike.
struct VirtualMemoryArea {
    AddressRange range;
    MappingKind kind;
    TreeHook hook{};
    SourceUser source_user{}; ///< in the source's list
    VirtualMemoryArea* next_removed = nullptr;

    bool grows_down() const { return kind.grows_down_to.value != 0; }
    u64 source_offset(VirtualAddress page) const { return kind.offset + (page.value - range.begin.value); }
    VirtualAddress address_of(u64 source_offset) const { return range.begin + (source_offset - kind.offset); }
};

/// Areas that are mapped no more. Their sources may go with them, so they are dropped when no lock is held.
class RemovedAreas {
public:
    RemovedAreas() = default;
    RemovedAreas(const RemovedAreas&) = delete;
    RemovedAreas& operator=(const RemovedAreas&) = delete;
    ~RemovedAreas();

    void add(VirtualMemoryArea& area) { area.next_removed = std::exchange(first_, &area); }

private:
    VirtualMemoryArea* first_ = nullptr;
};

/// The areas of one address space, in order of address. They never overlap, and neighbours that can be one are. No page
/// tables, no locks: just who is where.
class Mappings {
public:
    /// `owner`: whose they are, for the sources to know.
    explicit Mappings(AddressSpace* owner = nullptr) : owner_{owner} {}
    Mappings(const Mappings&) = delete;
    Mappings& operator=(const Mappings&) = delete;
    ~Mappings();

    /// The area that `address` lies in, or null.
    VirtualMemoryArea* find(VirtualAddress address);
    /// The first area that ends above `address`, or null.
    VirtualMemoryArea* find_or_next(VirtualAddress address);
    bool is_free(const AddressRange& range) { return !reaches_into(range); }
    /// Whether every page of `range` is mapped.
    bool is_mapped(const AddressRange& range);
    /// Whether all that is mapped there may be written, or made to be.
    bool may_write(const AddressRange& range);
    /// The highest free range of `size` bytes within `bounds`.
    std::optional<AddressRange> find_gap(u64 size, const AddressRange& bounds);

    /// Calls `function(const VirtualMemoryArea&)` for each, in order.
    template <typename Function>
    void for_each(Function function) const
    {
        for (const VirtualMemoryArea& area : areas_)
            function(area);
    }

    /// Calls `function(const VirtualMemoryArea&, const AddressRange&)` for each that has a part in `range`, and that
    /// part.
    template <typename Function>
    void for_each_in(const AddressRange& range, Function function)
    {
        for (const VirtualMemoryArea* area = find_or_next(range.begin);
             area != nullptr && area->range.begin < range.end; area = find_or_next(area->range.end))
            function(*area,
                     AddressRange{std::max(area->range.begin, range.begin), std::min(area->range.end, range.end)});
    }
    /// for_each() with a function that can fail, up to the first failure.
    template <typename Function>
    Result<void> try_for_each(Function function) const
    {
        for (const VirtualMemoryArea& area : areas_)
            TRY(function(area));
        return {};
    }

    /// Of a free range. ENOMEM.
    Result<void> insert(const AddressRange& range, MappingKind kind);
    /// Makes sure that no area lies across a border of `range`. ENOMEM.
    Result<void> isolate(const AddressRange& range);
    /// All areas in `range`, which has been isolated.
    void remove(const AddressRange& range, RemovedAreas& removed);
    /// Of what is mapped in `range`. ENOMEM; nothing has changed then.
    Result<void> protect(const AddressRange& range, Protection protection);
    /// Has `change(MappingKind&)`, which can fail, change what is mapped in `range`. ENOMEM, or its first error.
    template <typename Change>
    Result<void> change(const AddressRange& range, Change change)
    {
        TRY(isolate(range));
        Result<void> outcome;
        for (auto area = areas_.lower_bound(range.begin);
             outcome && area != areas_.end() && area->range.begin < range.end; ++area)
            outcome = change(area->kind);
        merge_around(range);
        return outcome;
    }
    /// Moves the beginning of a stack's area down.
    static void grow(VirtualMemoryArea& stack, VirtualAddress begin) { stack.range.begin = begin; }

    /// Where the area before this one ends; 0 when it is the first.
    VirtualAddress end_of_previous(const VirtualMemoryArea& area);

private:
    struct BeginOf {
        using type = VirtualAddress;
        const VirtualAddress& operator()(const VirtualMemoryArea& area) const { return area.range.begin; }
    };
    using Areas = Tree<VirtualMemoryArea, &VirtualMemoryArea::hook, BeginOf>;

    VirtualMemoryArea* reaches_into(const AddressRange& range);
    Result<void> split(VirtualAddress at);
    void merge_around(const AddressRange& range);
    void add(VirtualMemoryArea& area);
    void take_out(VirtualMemoryArea& area);

    AddressSpace* owner_;
    Areas areas_;
};

} // namespace kernel::mm
