#pragma once

#include "kernel/fs/inode.hpp"
#include "kernel/fs/proc/writer.hpp"

namespace kernel::procfs {

/// A file whose text is made when it is read. What is opened is a text of its own, made at the first read and again
/// when one starts at the beginning: who reads in pieces gets pieces of one text.
class TextFile : public fs::Inode {
public:
    virtual Result<void> show(Writer& out) const = 0;
    /// What one write brought, trimmed.
    virtual Result<void> store(std::string_view) { return Errno::eio; }

    Result<Ref<fs::File>> open(u32 flags) override;
    /// Nothing stays of what was written: there is nothing to cut off either.
    Result<void> truncate(u64) override { return {}; }

protected:
    TextFile(u32 permissions, u64 number) : Inode{fs::FileType::regular, permissions, number} {}
};

/// Numbers that others hand out to procfs's files; Inode's own are below.
inline constexpr u64 first_inode_number = u64{1} << 32;

} // namespace kernel::procfs
