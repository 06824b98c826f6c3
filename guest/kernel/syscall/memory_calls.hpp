#pragma once

#include "kernel/mm/address_space.hpp"
#include "lib/result.hpp"

/// What the calls about memory share.
namespace kernel::syscall {

/// The running process's.
mm::AddressSpace& space();
/// ENOMEM when so much more would be above RLIMIT_AS.
Result<void> check_room_for(u64 size);

} // namespace kernel::syscall
