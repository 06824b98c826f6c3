#pragma once

#include "lib/result.hpp"
#include "lib/types.hpp"

#include <cstddef>
#include <span>

namespace arch {

/// Whether [address, address + size) lies within the user half, mapped or not: Linux's access_ok().
bool is_user_range(kernel::VirtualAddress address, u64 size);

/// Copies between kernel memory and the current user address space. Faults that the address space can serve are served;
/// others end the copy with EFAULT, as does any address not wholly in the user half. May sleep.
kernel::Result<void> copy_from_user(std::span<std::byte> to, kernel::VirtualAddress from);
kernel::Result<void> copy_to_user(kernel::VirtualAddress to, std::span<const std::byte> from);
kernel::Result<void> clear_user(kernel::VirtualAddress to, u64 size);
/// Atomically: what was at `at`, a multiple of four, which is `desired` from now on if that was `expected`. EFAULT.
kernel::Result<u32> compare_exchange_user(kernel::VirtualAddress at, u32 expected, u32 desired);
/// Copies up to and without the terminating NUL; its length. ENAMETOOLONG when there is none within `to`.
kernel::Result<u64> copy_string_from_user(std::span<char> to, kernel::VirtualAddress from);

} // namespace arch
