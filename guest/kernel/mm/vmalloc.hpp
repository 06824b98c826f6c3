#pragma once

#include "lib/result.hpp"
#include "lib/types.hpp"

namespace kernel::mm {

/// Virtually contiguous kernel memory from single pages, with an unmapped guard page on either side. Contents
/// undefined. ENOMEM, EINVAL for no or an absurd size. Any context.
Result<VirtualAddress> vmalloc(u64 size);
/// Panics on what is not an address from vmalloc. Interrupts enabled: other CPUs' translations are flushed.
void vfree(VirtualAddress address);

inline constexpr u64 kernel_stack_size = 4 * page_size;

/// The boot step.
void set_up_vmalloc();

} // namespace kernel::mm
