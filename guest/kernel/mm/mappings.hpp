#pragma once

#include "kernel/mm/page_source.hpp"
#include "kernel/mm/protection.hpp"
#include "lib/intrusive.hpp"
#include "lib/ref.hpp"
#include "lib/result.hpp"
#include "lib/types.hpp"

#include <optional>

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
};

/// A virtual memory area: neighbouring pages that are mapped alike.
struct VirtualMemoryArea {
    AddressRange range;
    MappingKind kind;
    TreeHook hook{};

    bool grows_down() const { return kind.grows_down_to.value != 0; }
    u64 source_offset(VirtualAddress page) const { return kind.offset + (page.value - range.begin.value); }
};

/// The areas of one address space, in order of address. They never overlap, and neighbours that can be one are. No page
/// tables, no locks: just who is where.
class Mappings {
public:
    Mappings() = default;
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
    /// The highest free range of `size` bytes within `bounds`.
    std::optional<AddressRange> find_gap(u64 size, const AddressRange& bounds);

    /// Calls `function(const VirtualMemoryArea&)` for each, in order.
    template <typename Function>
    void for_each(Function function) const
    {
        for (const VirtualMemoryArea& area : areas_)
            function(area);
    }

    /// The same with a function that can fail, up to the first failure.
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
    void remove(const AddressRange& range);
    /// Of what is mapped in `range`. ENOMEM; nothing has changed then.
    Result<void> protect(const AddressRange& range, Protection protection);
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
    void erase(VirtualMemoryArea& area);

    Areas areas_;
};

} // namespace kernel::mm
