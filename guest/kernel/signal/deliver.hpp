#pragma once

#include "arch/trap_frame.hpp"
#include "lib/result.hpp"

namespace kernel::signal {

/// Takes the running thread's signals: by the time it returns, the thread has stopped and been continued, or has
/// ended, or is to enter a handler, or goes on; and a system call that was interrupted has failed or is repeated.
/// Interrupts enabled.
void deliver(arch::TrapFrame& frame);

/// The running thread's system call has ended with one of Errno's erestart...: deliver() will see to it.
void interrupted(Errno error);

} // namespace kernel::signal
