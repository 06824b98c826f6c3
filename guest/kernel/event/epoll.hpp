#pragma once

#include "kernel/event/epoll_item.hpp"

namespace kernel::event {

/// struct epoll_event (linux/eventpoll.h).
struct [[gnu::packed]] EpollEvent {
    u32 events;
    u64 data;
};
static_assert(sizeof(EpollEvent) == 12);

/// epoll_ctl(2)'s requests.
enum class EpollOperation : u32 { add = 1, remove = 2, modify = 3 };

/// epoll(7): a file that knows of many which of them are ready, without looking at all.
///
/// Its items hang on their files' wait queues. A wake-up puts an item on the ready list, if it is for it; wait() takes
/// those from there and asks each file what it is really ready for. An item that is level-triggered stays on the list
/// as long as its file is ready.
///
/// Lock order: the lock of all watches (fs/file_watch.hpp) -> items, of the outer epoll before that of one in it ->
/// what files' poll() takes; and a file's wait queue -> ready list, then -> the queues here, those of the inner epoll
/// first. `level` counts how many epolls are in it, one in the other: it is the depth of its locks.
class Epoll final : public fs::File {
public:
    static constexpr fs::FileKind file_kind = fs::FileKind::epoll;
    static constexpr u32 max_level = 5; ///< Linux's EP_MAX_NESTS, and this one

    explicit Epoll(Ref<fs::Inode> inode) : File{std::move(inode), fs::open_read_write} {}
    ~Epoll() override = default;

    fs::FileKind kind() const override { return file_kind; }
    Result<u64> seek(i64, fs::Whence) override { return u64{0}; } // as on Linux: there is no position
    fs::PollEvents poll(fs::PollTable* table) override;

    /// EEXIST, ENOENT, EINVAL, EPERM, ELOOP, ENOMEM.
    Result<void> change(EpollOperation operation, fs::File& file, u32 descriptor, const EpollEvent& event);

    /// Gives up to `most` events to `sink`, one after the other; sleeps until there is one, or until `deadline`
    /// (monotonic; 0: does not sleep). How many. EINTR, EFAULT.
    Result<u32> wait(fs::Sink& sink, u32 most, u64 deadline);

private:
    friend class EpollItem;
    using Items = Tree<EpollItem, &EpollItem::in_epoll, EpollItem::KeyOf>;
    using Ready = List<EpollItem, &EpollItem::in_ready>;

    void before_end() override;

    Result<void> add(fs::File& file, u32 descriptor, const EpollEvent& event);
    Result<void> modify(fs::File& file, u32 descriptor, const EpollEvent& event);
    Result<void> remove(fs::File& file, u32 descriptor);
    static Result<void> check_nesting(Epoll& outer, fs::File& inner);
    static bool reaches(Epoll& from, const Epoll& to);
    static void raise(Epoll& epoll, u32 level);
    static u32 height(Epoll& epoll);

    /// By whoever holds the lock of all watches and, if `locked`, that of the items.
    void drop(Items& items, EpollItem& item);
    void forget(EpollItem& item);

    /// From wake-ups. Whether anybody sleeps in wait().
    bool make_ready(EpollItem& item);
    void tell_waiters();
    bool has_ready();
    Result<u32> collect(fs::Sink& sink, u32 most);
    /// What an item's file is ready for, of what it asks for.
    static fs::PollEvents ask(EpollItem& item, fs::PollTable* table);
    Result<bool> report(EpollItem& item, fs::Sink& sink, u32 number);
    void put_back(EpollItem& item);
    /// How deep the lock of its items is, among those of epolls that have it in them.
    u32 depth() const { return max_level - level_.load(Order::relaxed); }

    Locked<Items, Mutex> items_;
    Locked<Ready, IrqSafe> ready_;
    Atomic<u32> ready_count_; ///< written under the lock of the list
    WaitQueue waiting_;       ///< in wait()
    WaitQueue polling_;       ///< who polls this file
    Atomic<u32> level_;       ///< written under the lock of all watches; grows
};

/// epoll_create1(2).
Result<Ref<fs::File>> make_epoll();

} // namespace kernel::event
