#pragma once

#include "kernel/sched/task.hpp"
#include "lib/result.hpp"

/// How a task is scheduled, to be asked for and changed at any time. Any context but with a run queue locked.
namespace kernel::sched {

/// What sched_setattr(2) sets.
struct Parameters {
    Policy policy = Policy::normal;
    int nice = 0;                  ///< fair tasks; kept for the others
    unsigned rt_priority = 0;      ///< real-time tasks
    bool reset_on_fork = false;    ///< its children are ordinary tasks
    DeadlineParameters deadline{}; ///< deadline tasks
};

/// EINVAL for what makes no sense, EBUSY when no CPU has so much time for a deadline task.
Result<void> set_parameters(Task& task, const Parameters& parameters);
Parameters parameters_of(Task& task);

/// For a task of any class: it counts while, or once, it is a fair one.
void set_nice(Task& task, int nice);

/// Where it may run. If it runs elsewhere it will soon be gone from there, see is_where_allowed(); the caller is on
/// return. EINVAL when none of these CPUs is there, EBUSY when a deadline task's bandwidth is reserved on another.
Result<void> set_affinity(Task& task, CpuMask cpus);
/// It runs on a CPU of its mask, or not at all. (Or on any, when none of the mask's is there.)
bool is_where_allowed(Task& task);

/// What sched_rr_get_interval(2) says: nanoseconds.
u64 slice_of(Task& task);

/// Nanoseconds that it has run so far.
u64 runtime_of(Task& task);

} // namespace kernel::sched
