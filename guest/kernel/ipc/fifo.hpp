#pragma once

#include "kernel/fs/inode.hpp"
#include "kernel/ipc/pipe_file.hpp"

namespace kernel::ipc {

/// What makes an inode a FIFO (fifo(7)): its inode has one, and opens by it.
class Fifo {
public:
    /// Waits for somebody at the other end, unless open_nonblocking says not to: then ENXIO for a writer without
    /// readers. ERESTARTSYS, ENOMEM.
    Result<Ref<fs::File>> open(Ref<fs::Inode> inode, u32 flags);

private:
    Locked<Ref<Pipe>, Mutex> pipe_; ///< from the first open on
};

} // namespace kernel::ipc
