#pragma once

#include "kernel/sched/task.hpp"
#include "kernel/signal/info.hpp"
#include "lib/result.hpp"

/// Signals as the rest of the kernel sees them.
namespace kernel::signal {

/// To whichever thread of the process does not block it. Ignored signals, and those to a process that has ended, are
/// lost, as they should be. EAGAIN when a real-time signal finds the queue full, and no other error. Any context but
/// NMI; the process lock (proc/process_table.hpp) not held. The caller makes sure that the process exists.
Result<void> send(Process& process, const Info& info);
/// To this thread, which belongs to a process and is sure to exist.
Result<void> send_to_thread(Task& task, const Info& info);
/// To all processes of a group. ESRCH when there are none.
Result<void> send_to_group(Pid group, const Info& info);

/// Whether the running task has a signal to take: interruptible sleeps end, and the system call with erestartsys or one
/// of its like.
inline bool pending() { return Task::current().signal_pending(); }
/// Whether the running task is to die: it should give up whatever can be given up.
bool kill_pending();

/// For terminals: whether the running thread blocks the signal or its process ignores it.
bool is_blocked_or_ignored(Signal signal);

/// A signal that the running thread cannot escape, for what it has just done: if it blocks or ignores it, that ends.
void force(const Info& info);

/// The running thread's mask from now on; SIGKILL and SIGSTOP are never in it.
void set_blocked(SignalSet blocked);

} // namespace kernel::signal
