#pragma once

#include "kernel/sched/task.hpp"
#include "lib/result.hpp"

namespace kernel::sched {

/// Brings the task to a CPU that it may run on, if it is on another. If it runs there it goes by itself: the caller on
/// return, another as soon as its CPU has been reached.
void move_where_allowed(Task& task);

/// Runs `function(argument)` on `cpu` in its migration thread: before and instead of all its tasks, with interrupts
/// enabled. Returns when it is done. ENOMEM. May sleep; `function` may not.
Result<void> stop_one_cpu(unsigned cpu, void (*function)(void*), void* argument);

/// Before the first of that for this CPU.
void set_up_stopper(unsigned cpu);

/// For a task that ends: its deadline bandwidth is others' again.
void end_reservation(Task& task);
/// Deadline tasks have bandwidth there.
bool has_reservations(unsigned cpu);

/// Tasks are placed on the CPU no longer, or again. For hot-plug's own files.
void set_online(unsigned cpu);
void set_offline(unsigned cpu);

} // namespace kernel::sched
