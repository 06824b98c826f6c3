#pragma once

#include "lib/result.hpp"

namespace kernel::ipc {

/// What a write without a reader comes to: SIGPIPE for the thread that did it, and EPIPE.
Errno broken_pipe();

} // namespace kernel::ipc
