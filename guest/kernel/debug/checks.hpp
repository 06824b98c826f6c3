#pragma once

/// What the rest of the kernel asserts of the context it is in: checked in the debug kernel, nothing in the ordinary
/// one.
namespace kernel {

#if VITRINE_KERNEL_DEBUG

/// For what may sleep, even if it mostly does not: reports a caller that must not (in an interrupt, preemption off,
/// interrupts masked, or a task that has announced that it sleeps already).
[[gnu::noinline]] void might_sleep();

namespace debug {

/// From the kernel's first line on: before it there are no locks to speak of. And off again, for good, once something
/// is so wrong that checks would only find its consequences.
void start_checks();
void stop_checks();

/// Last before user mode is entered, and before a task ends: it must not hold a lock.
void check_user_return();
void check_task_exit();

/// For a panic: what the running task holds, if somebody keeps track.
void log_held_locks();

/// This CPU has come to its scheduler. Interrupts masked.
void note_schedule();

} // namespace debug

#else

inline void might_sleep() {}

namespace debug {
inline void start_checks() {}
inline void stop_checks() {}
inline void check_user_return() {}
inline void check_task_exit() {}
inline void log_held_locks() {}
inline void note_schedule() {}
} // namespace debug

#endif

} // namespace kernel
