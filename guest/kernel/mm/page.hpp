#pragma once

#include "lib/intrusive.hpp"
#include "lib/types.hpp"

namespace kernel::mm {

class Cache;

/// What a page frame is used for. The page allocator knows blocks by the descriptor of their first page.
enum class PageUse : u8 {
    none = 0,      ///< not managed, not reached yet, or inside of a block
    free = 1,      ///< first page of a free block
    allocated = 2, ///< first page of an allocated block
    slab = 3,      ///< allocated, and cut into objects by a Cache
};

/// Page descriptor: one for each page frame, in one array indexed by frame number. Zeroed memory is a valid descriptor
/// of a page that nobody uses, so the array needs no initialisation where RAM is known to be zero.
struct alignas(64) Page {
    ListHook hook; ///< free: in the free list of its order; slab: in its cache's list of partial slabs
    PageUse use;
    u8 order;        ///< free, allocated: the block has 2^order pages
    bool never_used; ///< free: the block has been zero since boot
    u32 references;  ///< allocated: who shares it (see share_page)

    /// What a slab needs to know (see slab.hpp).
    struct Slab {
        Cache* cache;
        void* free_objects; ///< the object freed last; it holds the next
        u16 in_use;         ///< objects handed out
        u16 fresh;          ///< objects from this index on were never handed out
    } slab;
};
static_assert(sizeof(Page) == 64);

inline constexpr unsigned page_shift = 12;

/// The descriptors: guest-physical frame n is mem_map[n]. Set once, by the boot step that sets the allocator up.
extern Page* mem_map;

inline Page& page_of(PhysicalAddress address) { return mem_map[address.value >> page_shift]; }
inline PhysicalAddress address_of(const Page& page) { return {static_cast<u64>(&page - mem_map) << page_shift}; }

} // namespace kernel::mm
