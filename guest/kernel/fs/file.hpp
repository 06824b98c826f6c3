#pragma once

#include "kernel/fs/inode.hpp"
#include "kernel/sync/mutex.hpp"
#include "lib/locked.hpp"

namespace kernel::fs {

/// How a file is open: open(2)'s flags that outlive the call.
struct OpenMode {
    bool read = false;
    bool write = false;
    bool append = false;
};

enum class Whence : u32 { set = 0, current = 1, end = 2 };

/// An open file (open(2)'s "open file description"): an inode with an offset. Shared by the descriptors that dup and
/// fork make.
class File final : public RefCounted {
public:
    File(Ref<Inode> inode, OpenMode mode) : inode_{std::move(inode)}, mode_{mode} {}

    Inode& inode() const { return *inode_; }
    const Ref<Inode>& inode_reference() const { return inode_; }
    OpenMode mode() const { return mode_; }

    /// At the offset, which moves by what was read or written. EBADF when not open for it. May sleep.
    Result<u64> read(u64 count, Sink& sink);
    Result<u64> write(u64 count, Source& source);
    /// At `offset`; the file's own stays. ESPIPE when the file has none.
    Result<u64> read_at(u64 offset, u64 count, Sink& sink);
    Result<u64> write_at(u64 offset, u64 count, Source& source);

    /// The new offset. ESPIPE, EINVAL.
    Result<u64> seek(i64 distance, Whence whence);
    /// Goes on where the last call stopped. ENOTDIR.
    Result<void> read_directory(DirectoryVisitor& visitor);

private:
    Ref<Inode> inode_;
    OpenMode mode_;
    Locked<u64, Mutex> offset_{0U};
};

} // namespace kernel::fs
