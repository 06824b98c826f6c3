#pragma once

#include "kernel/fs/path.hpp"
#include "kernel/proc/credentials.hpp"

/// Who may do what with a file: path_resolution(7), inode(7), capabilities(7).
namespace kernel::fs {

/// access(2)'s bits.
enum Access : u32 { access_execute = 1, access_write = 2, access_read = 4 };

/// EACCES.
Result<void> check_access(const Inode& inode, u32 access, const Credentials& who);
/// The same, and EROFS when it is to be written through a mount that is read-only.
Result<void> check_access(const Path& path, u32 access, const Credentials& who);
/// EROFS.
Result<void> check_writable(const Mount& mount);

/// The file's owner, or who may act as such.
bool is_owner(const Inode& inode, const Credentials& who);

/// Whether a name for `inode` may be made in, or taken from, `directory`: EACCES, EPERM for a sticky directory.
Result<void> check_create(const Path& directory, const Credentials& who);
Result<void> check_remove(const Path& directory, const Inode& inode, const Credentials& who);

/// The owner that a new file in `directory` has, and what becomes of its permissions: a directory with the set-group
/// bit hands it on.
void inherit_owner(const Inode& directory, const Credentials& who, NewInode& what);

/// Takes the set-user and set-group bits away that a write takes away, unless the writer may keep them.
void clear_privilege(Inode& inode, const Credentials& who);

} // namespace kernel::fs
