#pragma once

#include "kernel/fs/file.hpp"
#include "kernel/sync/mutex.hpp"
#include "lib/locked.hpp"

namespace kernel::fs {

/// An open regular file or directory: its inode with an offset.
class InodeFile final : public File {
public:
    InodeFile(Ref<Inode> inode, u32 flags) : File{std::move(inode), flags} {}

    Result<u64> read(u64 count, Sink& sink) override;
    Result<u64> write(u64 count, Source& source) override;
    Result<u64> read_at(u64 offset, u64 count, Sink& sink) override;
    Result<u64> write_at(u64 offset, u64 count, Source& source) override;
    Result<u64> seek(i64 distance, Whence whence) override;
    Result<void> read_directory(DirectoryVisitor& visitor) override;
    Result<void> synchronise() override { return {}; } // what is in memory is all there is
    Result<Ref<mm::PageSource>> mmap_source() override;

    bool can_poll() const override { return false; }

private:
    Result<u64> read_from(u64 offset, u64 count, Sink& sink);
    Result<u64> write_to(u64& offset, u64 count, Source& source);
    Result<u64> seek_content(u64& offset, i64 from, Whence whence);
    u64 number_of_parent() const;
    bool appends() const { return (flags() & open_append) != 0; }

    Locked<u64, Mutex> offset_{0U};
};

} // namespace kernel::fs
