#include "kernel/event/epoll_item.hpp"

#include "kernel/event/epoll.hpp"

namespace kernel::event {

EpollItem::EpollItem(Epoll& of, fs::File& watched, u32 number, u32 events, u64 user_data)
    : epoll{of}, file{watched}, descriptor{number}, data{user_data}, events_{events}
{}

void EpollItem::leave_queues()
{
    while (entries_ != nullptr) {
        const Box<Entry> entry{entries_};
        entries_ = entry->next;
        entry->queue->remove(*entry);
    }
}

void EpollItem::wait_on(WaitQueue& queue)
{
    auto made = make_box<Entry>(has(epoll_exclusive));
    if (!made) {
        failed_ = true;
        return;
    }
    Entry& entry = *made.release().release();
    entry.item = this;
    entry.queue = &queue;
    entry.next = entries_;
    entries_ = &entry;
    queue.add(entry);
}

bool EpollItem::Entry::wake(WaitEntry& entry, WakeEvents events)
{
    return static_cast<Entry&>(entry).item->on_wake(events);
}

/// With the file's wait queue locked.
bool EpollItem::on_wake(WakeEvents events)
{
    const fs::PollEvents asked = wanted();
    if (!asked || (events & asked.bits) == 0)
        return false;
    const bool useful = epoll.make_ready(*this);
    return !has(epoll_exclusive) || useful;
}

void EpollItem::file_closes() { epoll.forget(*this); }

} // namespace kernel::event
