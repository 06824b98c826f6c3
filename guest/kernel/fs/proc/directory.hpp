#pragma once

#include "kernel/fs/inode.hpp"

namespace kernel::procfs {

/// A directory whose entries are made as they are asked for; programs cannot add any.
class Directory : public fs::Inode {
public:
    Result<void> read_directory(u64 position, fs::DirectoryVisitor& visitor) final;

protected:
    explicit Directory(u64 number) : Inode{fs::FileType::directory, 0555, number} {}

    /// Visits all entries from `position` on, which counts from 0.
    virtual Result<void> list(u64 position, fs::DirectoryVisitor& visitor) = 0;
};

} // namespace kernel::procfs
