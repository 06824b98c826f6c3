#pragma once

#include "kernel/tty/ioctls.hpp"
#include "kernel/tty/terminal.hpp"

namespace kernel::tty {

/// From which side of a pseudo-terminal one asks. Other terminals have but the one.
enum class Side : u8 { terminal, master };

/// ioctl(2) of terminals, as far as all of them have it. ENOTTY for what it does not know.
Result<i64> control_terminal(const Ref<Terminal>& terminal, u64 command, u64 argument, Side side);

/// Its parts, which answer ENOTTY to what is not theirs: settings; flow, buffers and the window; jobs.
Result<i64> control_settings(Terminal& terminal, u64 command, u64 argument);
Result<i64> control_flow(Terminal& terminal, u64 command, u64 argument);
Result<i64> control_jobs(const Ref<Terminal>& terminal, u64 command, u64 argument, Side side);

} // namespace kernel::tty
