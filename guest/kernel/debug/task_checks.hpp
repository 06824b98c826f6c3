#pragma once

#if VITRINE_KERNEL_DEBUG
#include "kernel/debug/held_locks.hpp"
#include "kernel/debug/lockup_watch.hpp"
#endif

namespace kernel::debug {

/// What the debug kernel keeps of each task.
struct TaskChecks {
#if VITRINE_KERNEL_DEBUG
    HeldLocks held_locks;
    SleepWatch sleep; ///< khungtaskd's
#endif
};

} // namespace kernel::debug
