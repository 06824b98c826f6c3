#pragma once

#include "kernel/sync/rw_lock.hpp"

namespace kernel::fs {

/// What holds the tree of names together: each dentry's name and parent, each mount's place. Held exclusively by
/// whoever moves something, shared by whoever goes upwards. Nothing is freed while it is held. Lock order: the last
/// one.
RwLock& tree_lock();

} // namespace kernel::fs
