#pragma once

#include "kernel/sched/task.hpp"

/// The scheduler as the rest of the kernel sees it.
namespace kernel::sched {

/// Gives the CPU to another task, if there is one to run. A caller in a sleeping state returns when woken.
/// Interrupts may be masked or not; they are the same on return. Preemption must be on: a CPU only ever switches with a
/// preemption count of zero, so that the count, which is the CPU's, is right for whatever task comes next.
void schedule();

/// Lets the other tasks of this CPU run first.
void yield();

/// Makes a sleeping task runnable, on the CPU it ran on last if no other has less to do. False when it was not asleep.
/// Any context. The caller makes sure that the task exists until wake() returns: it holds a lock that the task takes
/// before it goes on, as WaitQueue does, or the task waits for the caller to be done, as sleep_until() does.
bool wake(Task& task);

inline constexpr u64 no_deadline = ~0ULL;
/// As schedule(), for a caller in a sleeping state, but wakes it at `deadline` (arch::monotonic_nanoseconds), if nobody
/// else has. False, and at once, when the deadline has passed: so the caller looks at what it waits for once more.
bool schedule_until(u64 deadline);

/// Ends the sleep of a task that is in an interruptible one or about to begin it: until set_signal_pending(false) it
/// starts no other. The caller makes sure that the task exists, as with wake().
void interrupt(Task& task);

/// Sleeps until `deadline` (arch::monotonic_nanoseconds). Returns no earlier.
void sleep_until(u64 deadline);

/// Ends the current task, which is of no process (any more). Its memory is given back when the next one is created.
[[noreturn]] void exit_task(i64 status);

/// The next PID that nobody has had; never init_pid.
Pid new_pid();

/// Gives the memory of tasks that have ended back: what create_task() does, for who cannot wait for it. May sleep.
void reap_dead_tasks();

/// A new kernel thread, asleep: wake() starts it. ENOMEM. May sleep.
Result<Task*> create_task(std::string_view name, void (*entry)(void*), void* argument, CpuMask affinity = all_cpus,
                          Pid pid = new_pid());

/// Gives back a task of create_task() that was never woken.
void discard_task(Task& task);
/// A new task, not woken yet, is scheduled as the running one, where that does not forbid it (SCHED_RESET_ON_FORK), and
/// on the same CPUs. EAGAIN when the running one is a deadline task, which has no time to share.
Result<void> inherit_scheduling(Task& child);
/// The running task takes over another's PID, which nobody has any more.
void take_pid(Pid pid);

/// Makes the calling boot code of this CPU its idle task and the CPU one that tasks are placed on.
void become_idle_task(unsigned cpu);
/// What the idle task does once its CPU has booted.
[[noreturn]] void run_idle();

/// CPUs that tasks are placed on.
CpuMask online_cpus();

/// For CPU hot-plug. cpu_offline() takes all tasks away from a running CPU, which does nothing but idle from then on,
/// and lets none come; a task bound to it runs elsewhere until it is back. EBUSY for the last CPU, and for one where
/// deadline tasks have been promised time; ENOMEM. May sleep. A CPU that has been offline comes back by cpu_online(),
/// or, when it was shut down, by become_idle_task().
Result<void> cpu_offline(unsigned cpu);
void cpu_online(unsigned cpu);

} // namespace kernel::sched
