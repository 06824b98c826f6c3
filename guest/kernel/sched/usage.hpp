#pragma once

#include "arch/clock.hpp"
#include "kernel/sched/task.hpp"

/// What tasks have used the CPU for: times(2), getrusage(2). A task's time counts as its own while user code runs and
/// as the system's in system calls. Interrupts and faults that do not end in a switch count as what they interrupt.
namespace kernel::sched {

struct Usage {
    u64 user;   ///< nanoseconds
    u64 system; ///< and these
    u64 voluntary_switches;
    u64 involuntary_switches;

    Usage& operator+=(const Usage& other)
    {
        user += other.user;
        system += other.system;
        voluntary_switches += other.voluntary_switches;
        involuntary_switches += other.involuntary_switches;
        return *this;
    }
};

Usage usage_of(Task& task);

/// User code runs from now on. Interrupts masked; does nothing when that is so already.
inline void begin_user_time(Task& task)
{
    if (task.sched.user_since == 0)
        task.sched.user_since = arch::timestamp_counter();
}

/// It does not run any more, if it did.
inline void end_user_time(Task& task)
{
    if (task.sched.user_since == 0)
        return;
    task.sched.user_ticks += arch::timestamp_counter() - task.sched.user_since;
    task.sched.user_since = 0;
}

} // namespace kernel::sched
