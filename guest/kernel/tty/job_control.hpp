#pragma once

#include "kernel/sched/task.hpp"
#include "kernel/signal/number.hpp"
#include "lib/ref.hpp"
#include "lib/result.hpp"

/// Terminals and jobs: whose terminal it is, and who of them is in the foreground (POSIX, General Terminal Interface).
/// Task context, the lock of processes not held.
namespace kernel::tty {

class Terminal;

/// The controlling terminal of the running process's session; empty when it has none.
Ref<Terminal> controlling_terminal();

/// Before the running process reads (Signal::ttin), writes or changes something (Signal::ttou): if the terminal is its
/// controlling one and its group is in the background, the group gets the signal, and the call is to be made again:
/// ERESTARTSYS. One that would have nobody to let it go on gets EIO.
Result<void> check_foreground(Terminal& terminal, Signal signal);

/// To the foreground group, if there is one.
void signal_foreground(Terminal& terminal, Signal signal);

/// What open(2) does without O_NOCTTY: if the running process leads a session that has no terminal, and no session has
/// this one, it becomes the controlling one.
void acquire(const Ref<Terminal>& terminal);
/// TIOCSCTTY. `steal`: root may take it away from another session. EPERM.
Result<void> acquire_explicitly(const Ref<Terminal>& terminal, bool steal);
/// TIOCNOTTY: the session that the running process leads gives its terminal up. ENOTTY when this is not it; EPERM for
/// other members, which Linux lets go alone.
Result<void> give_up(Terminal& terminal);

/// TIOCGPGRP, TIOCGSID. ENOTTY when it is not the running process's terminal, unless one asks from its other side.
Result<Pid> foreground_group(Terminal& terminal, bool from_outside);
Result<Pid> session_of(Terminal& terminal, bool from_outside);
/// TIOCSPGRP. ENOTTY, EINVAL, EPERM, ESRCH.
Result<void> set_foreground_group(Terminal& terminal, i32 group);

/// The terminal has hung up: its session has none any more, and its leader hears of that; with `leader_ends`, so does
/// the foreground group.
void release_session(Terminal& terminal, bool leader_ends);
/// The running process ends, as its last thread does. If it leads a session, the terminal is nobody's from here on, and
/// the foreground group hears of that.
void leave_terminal();

} // namespace kernel::tty
