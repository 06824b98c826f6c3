#pragma once

#include "lib/result.hpp"
#include "lib/types.hpp"

namespace arch {

/// Makes of the page `root` page tables that have the kernel half and, in the user half, `code` at its own address,
/// executable: for a CPU that turns paging on. They are kept.
kernel::Result<void> make_start_root(kernel::PhysicalAddress root, kernel::PhysicalAddress code);

/// What CR3 holds (in ring 3: while the kernel runs).
u64 loaded_root();
/// Loads it again: forgets all translations but the kernel's global ones.
void reload_root();

} // namespace arch
