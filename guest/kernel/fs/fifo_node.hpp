#pragma once

#include "kernel/fs/inode.hpp"

namespace kernel::fs {

/// A name for a pipe: fifo(7). ENOMEM.
Result<Ref<Inode>> make_fifo(u32 permissions);

} // namespace kernel::fs
