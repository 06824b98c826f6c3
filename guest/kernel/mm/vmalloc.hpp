#pragma once

#include "lib/result.hpp"
#include "lib/types.hpp"

namespace kernel::mm {

/// Virtually contiguous kernel memory from single pages, with an unmapped guard page on either side. May sleep.
Result<VirtualAddress> vmalloc(u64 size);
void vfree(VirtualAddress address);

inline constexpr u64 kernel_stack_size = 16 * 1024;

} // namespace kernel::mm
