#pragma once

#include "lib/types.hpp"

namespace kernel::mm {

/// Single pages that several owners may have. A page has one owner when alloc_page() returns it. Pages that are not the
/// page allocator's, such as the initramfs's, may be shared and put as well: they stay. Any context.
void share_page(PhysicalAddress page);
/// Gives up one owner's part in the page; the last one's frees it.
void put_page(PhysicalAddress page);
/// Whether the page is the allocator's and has one owner, who may then write to it.
bool is_exclusive(PhysicalAddress page);

} // namespace kernel::mm
