#pragma once

#include "kernel/sched/fair_queue.hpp"
#include "kernel/sched/policy.hpp"

namespace kernel::sched {

/// Where a task is.
enum class Queued : u8 {
    no,     ///< sleeps, or is new, or dead
    moving, ///< on its way to a run queue: a waker or mover, interrupts masked, holds it and will soon put it there
    yes,    ///< waits in the run queue of its CPU, or runs
};

struct RealtimeEntity {
    ListHook in_queue;
    u64 slice_left = 0; ///< SCHED_RR
    Task* task = nullptr;
};

/// What a deadline task asked for, in nanoseconds (sched_attr of sched_setattr(2)); runtime <= deadline <= period.
struct DeadlineParameters {
    u64 runtime = 0;
    u64 deadline = 0; ///< from the beginning of a period
    u64 period = 0;

    friend bool operator==(const DeadlineParameters&, const DeadlineParameters&) = default;
};

struct DeadlineEntity {
    TreeHook in_queue;
    DeadlineParameters parameters;
    u64 deadline = 0; ///< of the period that it is in
    i64 left = 0;     ///< of the period's runtime; negative when it overran
    bool throttled = false;
    unsigned home = 0; ///< the CPU where its bandwidth is reserved
    u64 bandwidth = 0; ///< that much, see DeadlineAdmission
    Task* task = nullptr;

    u64 next_period() const { return deadline - parameters.deadline + parameters.period; }
};

/// What the scheduler has found out about a task. Nanoseconds.
struct TaskStatistics {
    u64 runtime = 0;     ///< on a CPU
    u64 wait_time = 0;   ///< ready, and another ran
    u64 runs = 0;        ///< times that it was given a CPU
    u64 voluntary = 0;   ///< switches away from it because it slept
    u64 involuntary = 0; ///< switches away from it because another was to run
    u64 migrations = 0;  ///< to another CPU
    u64 waits_since = 0; ///< while it waits
};

/// The part of a Task that is the scheduler's own. Under the lock of the run queue of the task's CPU; while the task is
/// moving, its mover's.
struct Scheduling {
    Scheduling(Task* task, Policy p) : policy{p}, class_id{class_of(p)}
    {
        fair.task = realtime.task = deadline.task = task;
        fair.weight = p == Policy::idle ? idle_policy_weight : nice_0_weight;
        rt_priority = class_id == ClassId::realtime ? lowest_rt_priority : 0;
    }

    Policy policy;
    ClassId class_id;
    int nice = 0;
    u8 rt_priority = 0; ///< 0: not of the real-time class
    bool reset_on_fork = false;
    bool is_new = true; ///< has never been on a run queue
    FairEntity fair;
    RealtimeEntity realtime;
    DeadlineEntity deadline;
    TaskStatistics statistics;
    /// In user mode, by the time-stamp counter; by the task itself. See usage.hpp.
    u64 user_ticks = 0;
    u64 user_since = 0; ///< 0: not there
};

} // namespace kernel::sched
