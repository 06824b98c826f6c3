#pragma once

#include "kernel/mm/radix_tree.hpp"
#include "kernel/sync/spin_lock.hpp"
#include "lib/locked.hpp"
#include "lib/result.hpp"
#include "lib/types.hpp"

#include <optional>
#include <span>

namespace kernel::mm {

/// Where the pages of a page cache come from, and where they are written back to.
class PageBacking {
public:
    /// A page with the content at that index, for the cache to own. May sleep.
    virtual Result<PhysicalAddress> new_page(u64 index) = 0;
    /// Writes the content of a page back. May sleep. Never called when nothing is marked as dirty.
    virtual Result<void> write_page(u64 index, PhysicalAddress page);

protected:
    ~PageBacking() = default;
};

/// The pages of one file that are in memory, by their index in it (Linux's struct address_space). It has one reference
/// to each; mappings, and whoever looks at one, have others. Locks itself, never while it calls the backing.
class PageCache {
public:
    explicit PageCache(PageBacking& backing) : backing_{backing} {}
    PageCache(const PageCache&) = delete;
    PageCache& operator=(const PageCache&) = delete;
    ~PageCache() { resize(0); }

    /// The page, brought in if it is not there; with a reference for the caller. ENXIO behind the end, ENOMEM, what the
    /// backing says.
    Result<PhysicalAddress> get(u64 index);
    /// The page if it is there; with a reference for the caller.
    std::optional<PhysicalAddress> find(u64 index);
    /// The same without a reference: for who keeps others from shortening the file meanwhile.
    std::optional<PhysicalAddress> peek(u64 index);
    /// Of the pages from `index` on, those that are there, up to the first that is not; how many. With references.
    u64 find_run(u64 index, std::span<PhysicalAddress> pages);
    /// The first page at `index` or behind it that is there.
    std::optional<u64> next(u64 index);

    /// How many pages the file has, in memory or not: none is brought in behind them, and those that are there go.
    void resize(u64 pages);
    /// The same when it becomes longer; otherwise nothing.
    void extend(u64 pages);

    /// The page's content is newer than the backing's.
    void mark_dirty(u64 index);
    bool is_dirty(u64 index);
    /// Writes what is dirty among the pages [first, last]. The first error; the page is dirty again then.
    Result<void> write_back(u64 first, u64 last);
    /// Gives back what is clean and nobody else's among the pages; how many that were.
    u64 shrink(u64 first, u64 last);

    u64 page_count();

private:
    struct State {
        RadixTree pages;
        u64 end = 0;   ///< how many pages the file has
        u64 count = 0; ///< those in memory
    };
    std::optional<RadixTree::Entry> take_dirty(u64 first, u64 last);

    PageBacking& backing_;
    Locked<State, IrqSafe> state_;
};

/// Pages in all page caches.
u64 cached_pages();

} // namespace kernel::mm
