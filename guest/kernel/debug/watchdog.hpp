#pragma once

#include "lib/types.hpp"

/// What the detectors of soft lockups and hung tasks have done so far, for their tests. The debug kernel only.
namespace kernel::debug {

/// Looks at whether this CPU comes to its scheduler, and CPUs found that do not.
u32 lockup_samples(unsigned cpu);
u32 lockup_reports();

/// Looks at all tasks, and tasks found that sleep for too long.
u32 hung_task_looks();
u32 hung_task_reports();

} // namespace kernel::debug
