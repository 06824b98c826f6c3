#pragma once

#include "tests/guest/scheduler/schedule.hpp"

/// What each play of guest/kernel/test/proof_test.cpp is to show. Each throws Broken when its trace does not show it,
/// and says what it found when it does.
///
/// A host that is busy takes its CPUs away from ours now and then: to the guest it seems that the task which runs then
/// takes long, or that an interrupt comes late. So nothing here is held to the time that passes but for what is said
/// about it: shares are measured over turns that the scheduler itself balances, including what the host took.
namespace schedule {

/// Tasks of nice 0, 5 and 10 get parts of their CPU that are within 3 % of what their weights say.
std::string check_shares(const Schedule& schedule);
/// A FIFO task that can go on is never put aside for a fair one, and comes first when it wakes up.
std::string check_fifo(const Schedule& schedule);
/// A fair task gets its five percent although a FIFO task never sleeps.
std::string check_realtime_limit(const Schedule& schedule);
/// EDF: no CPU is given to anybody else while a deadline task is ready that is not throttled, nor to one with a later
/// deadline. And each job ends before its deadline, unless its task has used up all the runtime that it was promised.
std::string check_deadlines(const Schedule& schedule);
/// Two CPUs with four tasks to run are not idle.
std::string check_busy_cpus(const Schedule& schedule);
/// Pinned tasks run where they are pinned to, and never migrate, while others do.
std::string check_pinning(const Schedule& schedule);
/// To find a task's place takes a number of comparisons that grows with the logarithm of the number of tasks.
std::string check_crowds(const Schedule& schedule);

} // namespace schedule
