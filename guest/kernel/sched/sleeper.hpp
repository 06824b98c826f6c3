#pragma once

#include "kernel/sched/cpu_state.hpp"

namespace kernel::sched {

/// How often the task has been switched away from. Its run queue locked.
inline u64 switches_of(const Task& task) { return task.sched.statistics.voluntary + task.sched.statistics.involuntary; }

/// The task sleeps, and as long as its run queue is locked nobody can wake it. A new one does not count.
inline bool is_asleep(const Task& task)
{
    return task.queued == Queued::no && !task.sched.is_new && !__atomic_load_n(&task.on_cpu, __ATOMIC_ACQUIRE);
}

} // namespace kernel::sched
