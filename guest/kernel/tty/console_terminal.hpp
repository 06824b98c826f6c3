#pragma once

#include "kernel/tty/terminal.hpp"

namespace kernel::tty {

/// The terminal on the kernel's console: /dev/console, and /dev/ttyS0 for those who want it as their controlling one.
const Ref<Terminal>& console_terminal();

} // namespace kernel::tty
