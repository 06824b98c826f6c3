#pragma once

namespace kernel::proc {

/// Starts PID 1: the program that `init=` on the kernel command line names, or /init, with what follows `--` as its
/// arguments and its standard files on the console. A panic when it cannot be started.
void start_init();

} // namespace kernel::proc
