#pragma once

#include "kernel/fs/dentry.hpp"
#include "kernel/fs/mount.hpp"

namespace kernel::fs {

/// A place in the tree of all file systems: a name in one of them, as it is seen through one of its mounts.
struct Path {
    Ref<Mount> mount;
    Ref<Dentry> dentry;

    Inode& inode() const { return dentry->inode(); }
    explicit operator bool() const { return static_cast<bool>(dentry); }
    friend bool operator==(const Path& a, const Path& b)
    {
        return a.mount.get() == b.mount.get() && a.dentry.get() == b.dentry.get();
    }
};

/// The path's text as getcwd(2) gives it, as far as it leads from `root`: "/usr/bin", with " (deleted)" behind it when
/// the name is gone. What `root` does not lead to begins with "(unreachable)". ENAMETOOLONG when `room` is too small.
/// The text lies at the end of `room`.
Result<std::string_view> path_text(const Path& path, const Path& root, std::span<char> room);

} // namespace kernel::fs
