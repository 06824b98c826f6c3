#pragma once

#include "kernel/sync/spin_lock.hpp"
#include "lib/intrusive.hpp"
#include "lib/locked.hpp"
#include "lib/ref.hpp"
#include "lib/result.hpp"
#include "lib/types.hpp"

#include <span>

namespace kernel::mm {

class AddressSpace;

/// A page of a file's content. The caller holds a reference to it (see shared_page.hpp).
struct SourcePage {
    PhysicalAddress address;
    /// true: the page is the source's own; private mappings do not write to it.
    /// false: it was made for the caller.
    bool borrowed;
};

/// One mapping among those of a source; a member of the area.
struct SourceUser {
    AddressSpace* space = nullptr; ///< null: not a mapping, but how far somebody has come in going through them
    ListHook hook{};
};

/// What a file mapping reads its pages from: fs's inodes, shared memory. The mapping (the VMA) holds a reference.
class PageSource : public RefCounted {
public:
    /// The page at `offset`, a multiple of the page size; zero behind the end of the content. ENXIO when all of it lies
    /// behind the end (SIGBUS), ENOMEM. Called with the address space's lock held: it does not fault, and takes no
    /// lock that somebody holds who accesses user memory.
    virtual Result<SourcePage> page_at(u64 offset) = 0;
    /// Of the pages from `offset` on, those that page_at() would lend and that are in memory already, up to the first
    /// that is not; how many. For each the caller gets a reference.
    virtual u64 pages_in_memory(u64 /*offset*/, std::span<PhysicalAddress> /*pages*/) { return 0; }
    /// All its pages are its own, and may be written by those who map them shared.
    virtual bool can_be_shared() const { return false; }

    void add_user(SourceUser& user);
    void remove_user(SourceUser& user);
    /// Takes the pages at [begin, end) out of all mappings, copies that private ones have made included: they are asked
    /// for again. For a file that has been truncated. May sleep; takes the address spaces' locks.
    void unmap_everywhere(u64 begin, u64 end);

private:
    using Users = List<SourceUser, &SourceUser::hook>;
    Ref<AddressSpace> next_space(SourceUser& reached);

    Locked<Users, IrqSafe> users_;
};

} // namespace kernel::mm
