#pragma once

#include "kernel/proc/process_table.hpp"
#include "kernel/signal/signal.hpp"

/// How signals are sent, for the parts that hold the process lock: all of these want it held.
namespace kernel::signal {

/// To the process, or to its thread `target` alone. Errors as send().
Result<void> send_locked(Process& process, proc::Thread* target, const Info& info);

/// Tells the thread whether it has something to take when it next leaves the kernel or wants to sleep.
void recalculate(proc::Thread& thread);
/// What the thread may take now.
SignalSet deliverable(const proc::Thread& thread);

/// All threads are to end, with this wait status. Nothing if that was so already.
void begin_exit(Process& process, i32 wait_status);
/// One is.
void kill_thread(proc::Thread& thread);

/// One more thread has stopped, or one fewer has to: that may have been the last.
void check_stop(Process& process);
/// A thread that was to take signals of the process has ended: others take them. One fewer has to stop.
void pass_on(Process& process, proc::Thread& ended);

/// Has all threads forget these, which nobody has taken yet.
void forget(Process& process, SignalSet signals);

/// Tells the parent what has become of its child: by SIGCHLD, if it wants that (`code`, see Info), and whoever waits.
void notify_stop(Process& process, i32 code, i32 status);
/// The SIGCHLD, or whatever it is to be, of one that has ended. False: the parent does not care, and nobody will wait.
bool notify_end(Process& process);

/// As sigaltstack(2) tells it to whoever has this stack pointer. No lock needed: the thread's own.
arch::SignalStack describe(const AlternateStack& stack, u64 stack_pointer);

} // namespace kernel::signal
