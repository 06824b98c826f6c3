#pragma once

#include "kernel/fs/path.hpp"

namespace kernel::fs {

/// tmpfs, ramfs and devtmpfs: all that is in them is in memory.
class RamSuperBlock final : public SuperBlock {
public:
    explicit RamSuperBlock(const FileSystemType& type) : SuperBlock{type} {}
    FileSystemStatistics statistics() const override;
};

/// The file system that the first process finds, empty.
Result<Ref<Dentry>> make_root_file_system();

} // namespace kernel::fs
