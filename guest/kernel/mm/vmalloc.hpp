#pragma once

#include "lib/result.hpp"
#include "lib/types.hpp"

namespace kernel::mm {

/// Virtually contiguous kernel memory from single pages, with an unmapped guard page on either side. Contents
/// undefined. ENOMEM, EINVAL for no or an absurd size. Any context.
Result<VirtualAddress> vmalloc(u64 size);
/// Panics on what is not an address from vmalloc. Interrupts enabled: other CPUs' translations are flushed.
void vfree(VirtualAddress address);

/// What is not given back when all that was allocated is: for leak checks.
struct VmallocReserve {
    u64 stack_pages; ///< of freed stacks, kept for the next tasks
    u64 parts;       ///< in which the addresses are: AddressRanges::part_size each
};
VmallocReserve vmalloc_reserve();

inline constexpr u64 kernel_stack_size = 4 * page_size;

/// The boot step.
void set_up_vmalloc();

} // namespace kernel::mm
