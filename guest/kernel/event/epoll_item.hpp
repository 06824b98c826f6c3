#pragma once

#include "kernel/fs/file.hpp"
#include "kernel/sync/mutex.hpp"
#include "lib/intrusive.hpp"

#include <compare>

namespace kernel::event {

class Epoll;

/// Beside poll(2)'s events: how an item is told of them (linux/eventpoll.h).
enum EpollFlag : u32 {
    epoll_exclusive = 1U << 28,
    epoll_wake_up = 1U << 29,
    epoll_one_shot = 1U << 30,
    epoll_edge = 1U << 31,
};
inline constexpr u32 epoll_flags = epoll_exclusive | epoll_wake_up | epoll_one_shot | epoll_edge;

/// A file that an epoll watches, under the descriptor that it was given as. It does not keep the file open.
class EpollItem final : public fs::FileWatch, public fs::PollTable {
public:
    EpollItem(Epoll& epoll, fs::File& file, u32 descriptor, u32 events, u64 data);
    EpollItem(const EpollItem&) = delete;
    EpollItem& operator=(const EpollItem&) = delete;
    ~EpollItem() { leave_queues(); }

    struct Key {
        fs::File* file;
        u32 descriptor;
        auto operator<=>(const Key&) const = default;
    };
    struct KeyOf {
        using type = Key;
        Key operator()(const EpollItem& item) const { return {&item.file, item.descriptor}; }
    };

    /// On one of the file's wait queues.
    void wait_on(WaitQueue& queue) override;
    /// There was no memory for it.
    bool failed() const { return failed_; }
    /// When it returns, no wake-up reaches it any more.
    void leave_queues();
    void file_closes() override;

    u32 events() const { return events_.load(Order::seq_cst); }
    void set_events(u32 events) { events_.store(events, Order::seq_cst); }
    fs::PollEvents wanted() const { return {events() & ~epoll_flags}; }
    bool has(EpollFlag flag) const { return (events() & flag) != 0; }

    Epoll& epoll;
    fs::File& file;
    const u32 descriptor;
    u64 data; ///< under the lock of the epoll's items
    TreeHook in_epoll;
    ListHook in_ready;
    bool ready = false; ///< on the ready list, or being taken from it; under its lock

private:
    struct Entry : WaitEntry {
        explicit Entry(bool exclusive) : WaitEntry{wake, exclusive} {}
        static bool wake(WaitEntry& entry, WakeEvents events);
        EpollItem* item = nullptr;
        WaitQueue* queue = nullptr;
        Entry* next = nullptr;
    };

    bool on_wake(WakeEvents events);

    Atomic<u32> events_; ///< epoll_ctl's; only the flags when a one-shot item has been told of
    Entry* entries_ = nullptr;
    bool failed_ = false;
};

} // namespace kernel::event
