#pragma once

#include "kernel/tty/termios.hpp"

namespace kernel::tty {

/// Makes c_ispeed and c_ospeed say what c_cflag says; with BOTHER, leaves them.
void settle_speeds(Termios& termios);

} // namespace kernel::tty
