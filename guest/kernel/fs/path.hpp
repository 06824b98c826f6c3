#pragma once

#include "kernel/fs/inode.hpp"

namespace kernel::fs {

/// Whether a symbolic link that is the path's last component is followed.
enum class LastLink { follow, keep };

/// Where a path leads: to `inode`, or, when that is null, to a place in `parent` where `name` does not exist yet.
struct PathResult {
    Ref<Inode> parent;
    Ref<Inode> inode;
    std::string_view name;          ///< the last component; empty for "/", "." and ".."
    Ref<Inode> name_owner;          ///< the link whose target `name` is a part of, if it is not of the path itself
    bool must_be_directory = false; ///< ended in a slash
};

/// Follows `path` from `start`, or from `root` if it begins with a slash, as path_resolution(7) has it.
/// ENOENT, ENOTDIR, ELOOP, ENAMETOOLONG.
Result<PathResult> walk(const Ref<Inode>& root, const Ref<Inode>& start, std::string_view path,
                        LastLink last = LastLink::follow);

/// The same for what has to exist: ENOENT when it does not.
Result<Ref<Inode>> resolve(const Ref<Inode>& root, const Ref<Inode>& start, std::string_view path,
                           LastLink last = LastLink::follow);

} // namespace kernel::fs
