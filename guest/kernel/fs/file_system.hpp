#pragma once

#include "kernel/fs/file.hpp"
#include "kernel/fs/path.hpp"

/// What system calls do with names.
namespace kernel::fs {

/// The root of everything; valid once the boot step that provides "root_file_system" has run.
const Ref<Inode>& root();

/// open(2): close-on-exec is the caller's business. What open(2) may
/// answer.
Result<Ref<File>> open(const Ref<Inode>& start, std::string_view path, u32 flags, u32 permissions);

} // namespace kernel::fs
