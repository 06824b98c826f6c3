#pragma once

#include "kernel/fs/walk.hpp"

/// What system calls do to names: mkdir(2), unlink(2), rename(2) and so on. The errors are theirs.
namespace kernel::fs {

/// mkdir(2), mknod(2), symlink(2): the file that is there now. The owner is by who makes it.
Result<Path> make_node(const View& view, std::string_view path, NewInode what);
/// One more name for a file.
Result<void> link(const Path& file, const View& view, std::string_view path);
Result<void> unlink(const View& view, std::string_view path);
Result<void> remove_directory(const View& view, std::string_view path);
/// renameat2(2), with its flags.
Result<void> rename(const View& from, std::string_view path, const View& to, std::string_view new_path, u32 flags);

/// For open(2): makes a regular file `name` in `directory`, or finds the one that was made meanwhile (`made` tells).
/// With names() of the super block held exclusively.
Result<Ref<Dentry>> create_file(const Path& directory, std::string_view name, NewInode what, const Credentials& who,
                                bool& made);

} // namespace kernel::fs
