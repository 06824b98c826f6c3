#pragma once

#include "kernel/fs/file.hpp"
#include "kernel/syscall/arguments.hpp"

namespace kernel::syscall {

/// The current process's open file. EBADF.
Result<Ref<fs::File>> file_of(Descriptor descriptor);
/// Where a relative path begins: the directory, or the current one for AT_FDCWD. EBADF, ENOTDIR.
Result<Ref<fs::Inode>> directory_of(Descriptor descriptor);

} // namespace kernel::syscall
