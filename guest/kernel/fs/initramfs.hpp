#pragma once

#include "kernel/fs/path.hpp"

#include <span>

namespace kernel::fs {

/// Unpacks a cpio archive into `root`. File data stays where it is, and must stay there for good. What is wrong with
/// the archive is logged; everything before it is there. Linux's rules: entries whose folder is missing are skipped.
void unpack_initramfs(const Path& root, std::span<const std::byte> archive);

} // namespace kernel::fs
