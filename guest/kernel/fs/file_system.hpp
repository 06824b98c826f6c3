#pragma once

#include "kernel/fs/file.hpp"
#include "kernel/fs/names.hpp"
#include "kernel/fs/walk.hpp"

/// What system calls do with files.
namespace kernel::fs {

/// The first mount namespace, and the root that the first process has; valid once the boot step that provides
/// "root_file_system" has run.
MountNamespace& first_namespace();
Path root();

/// What openat2(2) takes.
struct OpenHow {
    u32 flags = 0;       ///< open(2)'s; close-on-exec is the caller's business
    u32 permissions = 0; ///< of a new file, the umask taken off
    u32 walk_flags = 0;
};
/// open(2).
Result<Ref<File>> open(const View& view, std::string_view path, const OpenHow& how);
/// The place itself, as open(2) opens it once it has been found.
Result<Ref<File>> open_place(const Path& path, u32 flags, const Credentials& who);

/// For execve(2): the file that is to run, opened for reading. EACCES when it must not.
Result<Ref<File>> open_executable(const View& view, std::string_view path, u32 walk_flags = 0);

/// truncate(2), once the file has been found and whoever asks may write to it.
Result<void> truncate(Inode& inode, u64 size, const Credentials& who);

/// Notes that the file was read through this mount, as relatime, noatime and so on have it.
void note_access(const Path& path);

} // namespace kernel::fs
