#pragma once

#include "kernel/fs/inode.hpp"
#include "kernel/mm/page_cache.hpp"
#include "kernel/sync/mutex.hpp"
#include "kernel/sync/spin_lock.hpp"
#include "lib/locked.hpp"

#include <span>

namespace kernel::fs {

/// A regular file in memory, of pages that mappings use as they are. It may begin as bytes that lie somewhere already
/// (the initramfs): whole pages of them are the file's from then on, where they lie; the rest is copied when it is
/// written to or mapped.
class RamFile final : public Inode, private mm::PageBacking {
public:
    /// `initial` outlives the file.
    explicit RamFile(u32 permissions, std::span<const std::byte> initial = {});

    u64 size() const override;
    Result<u64> read(u64 offset, u64 count, Sink& sink) override;
    Result<u64> write(u64 offset, u64 count, Source& source) override;
    Result<void> truncate(u64 size) override;

    bool is_mappable() const override { return true; }
    bool can_be_shared() const override { return true; }
    Result<mm::SourcePage> page_at(u64 offset) override;
    u64 pages_in_memory(u64 offset, std::span<PhysicalAddress> pages) override;

    /// Makes `bytes`, which outlive the file, its content, if it is empty: for hard links in archives, of which the
    /// last brings the data.
    void set_initial(std::span<const std::byte> bytes);

private:
    /// Page n is the n-th of `initial` below `in_place`; else the page cache's; else, not there yet, what `initial` has
    /// there, and zeros.
    struct Content {
        std::span<const std::byte> initial;
        u64 in_place = 0; ///< pages
        u64 size = 0;

        /// Null: the page is not one of those.
        std::byte* page_in_place(u64 index) const;
    };

    /// A run of bytes that lie together; `bytes` null for `size` zeros.
    struct Run {
        const std::byte* bytes;
        u64 size;
    };
    Run run_at(u64 offset, u64 count);
    Result<std::byte*> writable_page(u64 index);
    Result<PhysicalAddress> new_page(u64 index) override;

    /// Held while bytes are copied from or to users, which may fault, and fault on this very file: what mappings ask
    /// for takes content_ and the page cache's lock only. Nobody else shortens the file.
    /// Lock order: io_, then address spaces, then content_.
    Mutex io_;
    mutable Locked<Content, IrqSafe> content_;
    mm::PageCache pages_{*this};
};

} // namespace kernel::fs
