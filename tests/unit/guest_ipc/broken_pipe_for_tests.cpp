#include "kernel/ipc/broken_pipe.hpp"

namespace kernel::ipc {

Errno broken_pipe() { return Errno::epipe; }

} // namespace kernel::ipc
