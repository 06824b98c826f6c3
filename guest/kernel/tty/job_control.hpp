#pragma once

#include "kernel/sched/task.hpp"
#include "kernel/tty/signals.hpp"
#include "lib/ref.hpp"
#include "lib/result.hpp"

/// Terminals and jobs: whose terminal it is, and who of them is in the foreground (POSIX, General Terminal Interface).
/// Task context, no lock of processes held.
namespace kernel::tty {

class Terminal;

/// The controlling terminal of the running process; empty when it has none.
Ref<Terminal> controlling_terminal();

/// Before the running process reads (Signal::stop_input), writes or changes something (Signal::stop_output): if the
/// terminal is its controlling one and its group is in the background, the group gets the signal, and the call is to be
/// made again: ERESTARTSYS. A group that nobody would let go on gets EIO.
Result<void> check_foreground(Terminal& terminal, Signal signal);

/// To the foreground group, if there is one.
void signal_foreground(Terminal& terminal, Signal signal);

/// Makes it the controlling terminal of the running process's session, if that has none and the process leads it, and
/// no other session has it: what an open(2) does without O_NOCTTY.
void acquire(const Ref<Terminal>& terminal);
/// TIOCSCTTY. `steal`: root may take it away from another session. EPERM.
Result<void> acquire_explicitly(const Ref<Terminal>& terminal, bool steal);
/// TIOCNOTTY: the session of the running process gives its terminal up. ENOTTY when this is not it.
Result<void> give_up(Terminal& terminal);

/// TIOCEXCL does not count for CAP_SYS_ADMIN.
bool may_open_exclusive();

/// TIOCGPGRP, TIOCGSID: ENOTTY when it is not the running process's terminal.
Result<Pid> foreground_group(Terminal& terminal, bool from_outside);
Result<Pid> session_of(Terminal& terminal, bool from_outside);
/// TIOCSPGRP. ENOTTY, EPERM, ESRCH.
Result<void> set_foreground_group(Terminal& terminal, Pid group, bool from_outside);

/// The terminal has hung up: its session has none any more, and the leader hears of it.
void release_session(Terminal& terminal);
/// The leader of a session ends: the terminal is nobody's, and its foreground group hears of that. Called by exit(2).
void leader_exits();

} // namespace kernel::tty
