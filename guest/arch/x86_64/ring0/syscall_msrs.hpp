#pragma once

#include "lib/types.hpp"

namespace arch {

/// Makes SYSCALL on this CPU go to `target` (Intel SDM vol. 3 §5.8.8).
void set_syscall_msrs(u64 target);

} // namespace arch
