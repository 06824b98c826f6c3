#include "kernel/tty/job_control.hpp"

#include "kernel/tty/control.hpp"

namespace kernel::tty {

// There is one process, in no session: no terminal is anybody's.

Ref<Terminal> controlling_terminal() { return {}; }
Result<void> check_foreground(Terminal&, Signal) { return {}; }
void signal_foreground(Terminal&, Signal) {}
void acquire(const Ref<Terminal>&) {}
void release_session(Terminal&) {}
bool may_open_exclusive() { return true; }

Result<i64> control_jobs(const Ref<Terminal>&, u64, u64, Side) { return Errno::enotty; }

} // namespace kernel::tty
