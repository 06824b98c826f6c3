#pragma once

#include "kernel/fs/file.hpp"
#include "kernel/fs/path.hpp"

/// What system calls do with names.
namespace kernel::fs {

/// The root of everything; valid once the boot step that provides "root_file_system" has run.
const Ref<Inode>& root();

/// open(2)'s flags (asm-generic/fcntl.h). All values of the access mode's two bits but 3 are valid.
enum OpenFlag : u32 {
    open_access_mode = 03,
    open_write_only = 01,
    open_read_write = 02,
    open_create = 0100,
    open_exclusive = 0200,
    open_no_tty = 0400,
    open_truncate = 01000,
    open_append = 02000,
    open_nonblocking = 04000,
    open_large_file = 0100000,
    open_directory = 0200000,
    open_no_follow = 0400000,
    open_close_on_exec = 02000000,
};

/// open(2): close-on-exec is the caller's business. EINVAL for flags that are not among the above, and what else
/// open(2) may answer.
Result<Ref<File>> open(const Ref<Inode>& start, std::string_view path, u32 flags, u32 permissions);

} // namespace kernel::fs
