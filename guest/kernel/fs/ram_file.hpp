#pragma once

#include "kernel/fs/inode.hpp"
#include "kernel/sync/mutex.hpp"
#include "kernel/sync/spin_lock.hpp"
#include "lib/locked.hpp"

#include <span>

namespace kernel::fs {

/// A regular file in memory. It may begin as bytes that lie somewhere already (the initramfs): these are used in place,
/// and a page is copied when it is written to.
class RamFile final : public Inode {
public:
    /// `initial` outlives the file.
    explicit RamFile(u32 permissions, std::span<const std::byte> initial = {});
    ~RamFile() override;

    u64 size() const override;
    Result<u64> read(u64 offset, u64 count, Sink& sink) override;
    Result<u64> write(u64 offset, u64 count, Source& source) override;
    Result<void> truncate(u64 size) override;

    bool is_mappable() const override { return true; }
    Result<mm::SourcePage> page_at(u64 offset) override;

    /// Makes `bytes`, which outlive the file, its content, if it is empty: for hard links in archives, of which the
    /// last brings the data.
    void set_initial(std::span<const std::byte> bytes);

private:
    /// Page n is pages[n] if that is set, else the n-th page of `initial`, zero where `initial` has ended.
    struct Content {
        std::span<const std::byte> initial;
        std::byte** pages = nullptr;
        u64 capacity = 0; ///< of `pages`
        u64 size = 0;

        std::byte* page(u64 index) const { return index < capacity ? pages[index] : nullptr; }
        void copy_page(u64 index, std::byte* to) const;
    };

    /// A run of bytes that lie together; `bytes` null for `size` zeros.
    struct Run {
        const std::byte* bytes;
        u64 size;
    };
    Run run_at(u64 offset, u64 count) const;
    Result<std::byte*> writable_page(u64 index);
    Result<void> grow(u64 pages);
    void extend(u64 size);

    /// Held while bytes are copied from or to users, which may fault, and fault on this very file: page_at() takes
    /// content_ only. Lock order: io_, then content_.
    Mutex io_;
    mutable Locked<Content, IrqSafe> content_;
};

} // namespace kernel::fs
