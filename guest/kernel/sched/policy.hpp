#pragma once

#include "lib/types.hpp"

namespace kernel::sched {

/// How a task shares the CPU. Linux's numbers (uapi/linux/sched.h); the last two no program can have.
enum class Policy : u8 {
    normal = 0,
    fifo = 1,
    round_robin = 2,
    batch = 3,
    idle = 5, ///< for tasks that run when there is nearly nothing else: a tiny share, not a CPU's idle task
    deadline = 6,
    stop = 0x80,     ///< a CPU's migration thread
    idle_task = 0x81 ///< what a CPU does when there is nothing to do
};

/// The scheduler classes, the most urgent first: a task of one runs before all tasks of the next.
enum class ClassId : u8 { stop, deadline, realtime, fair, idle, count };

constexpr ClassId class_of(Policy policy)
{
    switch (policy) {
    case Policy::stop: return ClassId::stop;
    case Policy::deadline: return ClassId::deadline;
    case Policy::fifo:
    case Policy::round_robin: return ClassId::realtime;
    case Policy::idle_task: return ClassId::idle;
    default: return ClassId::fair;
    }
}

/// Niceness, and what it is worth.
inline constexpr int lowest_nice = -20;
inline constexpr int highest_nice = 19;

/// A nice-0 task's weight. One step of niceness is worth a quarter more or a fifth less: between two tasks, about ten
/// percent of the CPU.
inline constexpr u32 nice_0_weight = 1024;
inline constexpr u32 idle_policy_weight = 3;

/// The table that Linux uses, so that shares are the ones that people know (sched_prio_to_weight).
inline constexpr u32 nice_weights[highest_nice - lowest_nice + 1] = {
    88761, 71755, 56483, 46273, 36291, 29154, 23254, 18705, 14949, 11916, // -20 to -11
    9548,  7620,  6100,  4904,  3906,  3121,  2501,  1991,  1586,  1277,  // -10 to -1
    1024,  820,   655,   526,   423,   335,   272,   215,   172,   137,   // 0 to 9
    110,   87,    70,    56,    45,    36,    29,    23,    18,    15,    // 10 to 19
};

constexpr u32 weight_of_nice(int nice) { return nice_weights[nice - lowest_nice]; }

/// Real-time priorities, the highest the most urgent.
inline constexpr unsigned lowest_rt_priority = 1;
inline constexpr unsigned highest_rt_priority = 99;

inline constexpr u64 microsecond = 1'000;
inline constexpr u64 millisecond = 1'000'000;

} // namespace kernel::sched
