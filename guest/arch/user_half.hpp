#pragma once

#include "arch/paging.hpp"
#include "lib/types.hpp"

/// Which CPUs have which user half of the address space loaded, so that only those are told when it changes.
///
/// A CPU that goes on to a kernel thread keeps the user half that it has: most of the time its next task wants it again
/// (Linux's lazy TLB mode). The first change of which it would have to be told makes such a CPU let go of it.
namespace arch {

/// One user half; embedded in the address space that owns the tables.
struct UserHalf {
    const PageTables& tables;
    u32 cpus = 0; ///< a bit for each CPU that has it loaded; each sets and clears its own
};

/// This CPU runs a task of that address space from now on. Interrupts masked.
void load_user_half(UserHalf& half);
/// This CPU runs a kernel thread from now on. Interrupts masked.
void keep_user_half();
/// This CPU has none loaded from now on. Interrupts masked.
void leave_user_half();

/// Makes every CPU that has it loaded forget its translations of [address, address + size), and returns when they have.
/// As with flush_tlb(), interrupts may be masked, but no lock may be held that other CPUs spin on with theirs masked.
void flush_user_tlb(UserHalf& half, kernel::VirtualAddress address, u64 size);
/// Before the tables go: no CPU has it loaded any more. No task may be running in it.
void retire_user_half(UserHalf& half);

} // namespace arch
