#pragma once

namespace kernel::proc {

/// Shows processes and kernel threads in /proc.
void show_processes();

} // namespace kernel::proc
