#pragma once

#include "kernel/mm/heap.hpp"
#include "lib/format.hpp"

namespace kernel::mm {

/// How much memory is in use: objects of the slab caches, and pages that are not slabs. For leak checks: what was taken
/// and given back leaves the level as it was, whatever slabs it was cut from.
struct MemoryLevel {
    i64 pages = 0;
    std::array<i64, cache_sizes.size()> objects{};

    /// Takes `count` pieces of memory of this size out: they are known to stay.
    void leave_out(std::size_t size, u64 count);
    /// Whether more of anything is in use than at `start`.
    bool is_above(const MemoryLevel& start) const;
    /// "3 x kmalloc-64, 1 page": what is more.
    void describe_excess(const MemoryLevel& start, FormatSink& out) const;
};

/// As it is now, without what vmalloc and the page tables of the kernel half keep.
MemoryLevel memory_level();

} // namespace kernel::mm
