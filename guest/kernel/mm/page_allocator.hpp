#pragma once

#include "lib/result.hpp"
#include "lib/types.hpp"

namespace kernel::mm {

inline constexpr unsigned max_order = 10; ///< the largest block is 2^10 pages, 4 MiB

enum class Contents { any, zeroed };

/// 2^order physically contiguous pages, aligned to their size, from the buddy allocator. Any context. ENOMEM. Zeroed
/// pages are free of charge as long as there is RAM that nobody has used since boot.
Result<PhysicalAddress> alloc_pages(unsigned order, Contents contents = Contents::any);
/// Panics on what is not an allocated block of that order.
void free_pages(PhysicalAddress address, unsigned order);

inline Result<PhysicalAddress> alloc_page(Contents contents = Contents::any) { return alloc_pages(0, contents); }
inline void free_page(PhysicalAddress address) { free_pages(address, 0); }

/// A page below 1 MiB, for the code that secondary CPUs start with. Contents undefined; never freed. ENOMEM.
Result<PhysicalAddress> reserve_low_page();

/// Gives the allocator RAM that the boot memory map had a use for, now consumed: the initramfs. Page-aligned.
void add_pages(PhysicalAddress begin, u64 size);

struct PageCounts {
    u64 total; ///< pages the allocator manages, those whose descriptors are not built yet included
    u64 free;
};
PageCounts page_counts();

/// The boot step: reads boot_info()'s memory map. Takes time by the number of its ranges, not by their size.
void set_up_page_allocator();

} // namespace kernel::mm
