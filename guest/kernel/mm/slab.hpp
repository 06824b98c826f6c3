#pragma once

#include "kernel/mm/page.hpp"
#include "kernel/sync/spin_lock.hpp"
#include "lib/late.hpp"
#include "lib/locked.hpp"

namespace kernel::mm {

/// Objects of one size, cut from single pages (slabs). An object that was freed holds the next free one, so nothing is
/// set up when a slab is made: its objects are handed out in order first. Any context.
class Cache {
public:
    /// `object_size`: a multiple of 16, at most half a page. Objects are aligned to 16, and to their size where that is
    /// a power of two.
    constexpr explicit Cache(u16 object_size)
        : object_size_{object_size}, capacity_{static_cast<u16>(page_size / object_size)}
    {}

    /// Contents undefined. Null when there is no memory.
    void* allocate();
    /// `page`: the slab that `pointer` lies in. Panics when `pointer` is not an object in use.
    void free(void* pointer, Page& page);

    u16 object_size() const { return object_size_; }

    struct Counts {
        u32 objects; ///< in use
        u32 slabs;
    };
    Counts counts();

private:
    using Slabs = List<Page, &Page::hook>;

    struct State {
        Page* active = nullptr; ///< where objects come from; on no list
        Late<Slabs> partial;    ///< others that have a free object and one in use. Constructed with the first slab
        bool constructed = false;
        Counts counts{};
    };

    bool find_active(State& state);
    void check_object(const void* pointer, const Page& page) const;

    u16 object_size_;
    u16 capacity_; ///< objects in a slab
    Locked<State, IrqSafe> state_;
};

} // namespace kernel::mm
