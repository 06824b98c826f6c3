#pragma once

#include "kernel/fs/inode.hpp"

namespace kernel::procfs {

/// A directory whose entries are made as they are asked for; programs cannot add any.
class Directory : public fs::Inode {
public:
    Result<Ref<Inode>> parent() override { return parent_; }
    Result<void> link(std::string_view, Ref<Inode>) override { return Errno::eperm; }
    Result<Ref<Inode>> create_file(std::string_view, u32) override { return Errno::eacces; }
    Result<Ref<Inode>> create_directory(std::string_view, u32) override { return Errno::eperm; }
    Result<void> read_directory(u64 position, fs::DirectoryVisitor& visitor) final;
    u32 link_count() const override { return 2; }

protected:
    Directory(Ref<Inode> parent, u64 number) : Inode{fs::FileType::directory, 0555, number}, parent_{std::move(parent)}
    {}

    /// Visits all entries from `position` on, which counts from 0.
    virtual Result<void> list(u64 position, fs::DirectoryVisitor& visitor) = 0;

private:
    Ref<Inode> parent_;
};

} // namespace kernel::procfs
