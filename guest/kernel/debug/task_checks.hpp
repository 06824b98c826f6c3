#pragma once

#if VITRINE_KERNEL_DEBUG
#include "kernel/debug/held_locks.hpp"
#endif

namespace kernel::debug {

/// What the debug kernel keeps of each task.
struct TaskChecks {
#if VITRINE_KERNEL_DEBUG
    HeldLocks held_locks;
#endif
};

} // namespace kernel::debug
