#pragma once

#include "lib/ref.hpp"
#include "lib/result.hpp"
#include "lib/types.hpp"

namespace kernel::mm {

/// A page of a file's content, for a private mapping.
struct SourcePage {
    PhysicalAddress address;
    /// true: the page is the source's own; it is neither written nor freed, and stays as it is while the source lives.
    /// false: it was made for the caller, who owns it from now on.
    bool borrowed;
};

/// What a file mapping reads its pages from: fs's inodes. The mapping (the VMA) holds a reference.
class PageSource : public RefCounted {
public:
    /// The page at `offset`, a multiple of the page size; zero behind the end of the content. ENXIO when all of it lies
    /// behind the end (SIGBUS), ENOMEM. May be called with the address space's lock held: takes spin locks only, and
    /// does not fault.
    virtual Result<SourcePage> page_at(u64 offset) = 0;
};

} // namespace kernel::mm
