#pragma once

#include "kernel/fs/inode.hpp"

namespace kernel::tty {

/// The node for the terminal's side of a pseudo-terminal, which belongs to who makes it.
Result<Ref<fs::Inode>> make_pty_node(u32 number);

} // namespace kernel::tty
