#include "kernel/event/epoll.hpp"

#include "kernel/event/anonymous_inode.hpp"

#include <algorithm>

namespace kernel::event {

Result<Ref<fs::File>> make_epoll()
{
    return Ref<fs::File> { TRY(make_ref<Epoll>(TRY(AnonymousInode::create()))) };
}

/// No file of an item goes meanwhile: it would have to tell us first, which waits for the lock.
void Epoll::before_end()
{
    File::before_end();
    fs::FileWatches::with_lock([&] {
        items_.with_nested(depth(), [&](Items& items) {
            while (!items.empty())
                drop(items, *items.begin());
        });
    });
}

void Epoll::drop(Items& items, EpollItem& item)
{
    item.file.watches().remove(item);
    items.erase(items.iterator_to(item));
    Box<EpollItem> gone{&item};
    // In two steps: first no wake-up makes it ready any more, then it is made not ready.
    item.leave_queues();
    ready_.with([&](Ready& ready) {
        if (!item.ready)
            return;
        ready.erase(ready.iterator_to(item));
        ready_count_.fetch_sub(1, Order::relaxed);
    });
}

void Epoll::forget(EpollItem& item)
{
    items_.with_nested(depth(), [&](Items& items) { drop(items, item); });
}

// What there is to be told of.

bool Epoll::has_ready() { return ready_count_.load(Order::seq_cst) != 0; }

bool Epoll::make_ready(EpollItem& item)
{
    put_back(item);
    const bool useful = waiting_.has_waiters();
    tell_waiters();
    return useful;
}

void Epoll::tell_waiters()
{
    if (waiting_.has_waiters())
        waiting_.wake_up_nested(level_.load(Order::relaxed) + 1, 1, any_event);
    if (polling_.has_waiters())
        polling_.wake_up_nested(level_.load(Order::relaxed) + 1, ~0U, fs::poll::readable);
}

fs::PollEvents Epoll::ask(EpollItem& item, fs::PollTable* table) { return item.file.poll(table) & item.wanted(); }

/// An item that is still to be told of.
void Epoll::put_back(EpollItem& item)
{
    ready_.with([&](Ready& ready) {
        if (item.ready)
            return;
        item.ready = true;
        ready.push_back(item);
        ready_count_.fetch_add(1, Order::seq_cst);
    });
}

/// Whether there was anything to report.
Result<bool> Epoll::report(EpollItem& item, fs::Sink& sink, u32 number)
{
    const fs::PollEvents found = ask(item, nullptr);
    if (!found)
        return false;
    const EpollEvent event{found.bits, item.data};
    const auto told = sink.put(number * sizeof event, std::as_bytes(std::span{&event, 1}));
    if (!told) {
        put_back(item);
        return told.error();
    }
    if (item.has(epoll_one_shot))
        item.set_events(item.events() & epoll_flags);
    else if (!item.has(epoll_edge))
        put_back(item);
    return true;
}

/// Looks at the items that are ready now, each once.
Result<u32> Epoll::collect(fs::Sink& sink, u32 most)
{
    return items_.with_nested(depth(), [&](Items&) -> Result<u32> {
        u32 count = 0;
        for (u32 left = ready_count_.load(Order::seq_cst); left != 0 && count < most; --left) {
            EpollItem* const item = ready_.with([&](Ready& ready) -> EpollItem* {
                if (ready.empty())
                    return nullptr;
                EpollItem& first = ready.front();
                ready.pop_front();
                first.ready = false; // from here on a wake-up makes it so again
                ready_count_.fetch_sub(1, Order::relaxed);
                return &first;
            });
            if (item == nullptr)
                break;
            const auto reported = report(*item, sink, count);
            if (!reported && count == 0)
                return reported.error();
            if (!reported)
                break;
            count += reported.value() ? 1 : 0;
        }
        return count;
    });
}

Result<u32> Epoll::wait(fs::Sink& sink, u32 most, u64 deadline)
{
    const Wait how{.state = TaskState::interruptible, .exclusive = true, .deadline = deadline};
    for (;;) {
        if (has_ready()) {
            const u32 count = TRY(collect(sink, most));
            if (count != 0 && has_ready() && waiting_.has_waiters())
                waiting_.wake_up(); // there is more than we took
            if (count != 0)
                return count;
        }
        if (deadline == 0)
            return u32{0};
        switch (waiting_.wait(how, [&] { return has_ready(); })) {
        case WaitEnd::condition: break;
        case WaitEnd::interrupted: return Errno::eintr;
        case WaitEnd::timed_out: deadline = 0; break; // one more look
        }
    }
}

/// Ready for reading when one of the files is: which has to be asked.
fs::PollEvents Epoll::poll(fs::PollTable* table)
{
    if (table != nullptr)
        table->wait_on(polling_);
    if (!has_ready())
        return {};
    return items_.with_nested(depth(), [&](Items& items) -> fs::PollEvents {
        for (EpollItem& item : items) {
            const bool candidate = ready_.with([&](Ready&) { return item.ready; });
            if (candidate && ask(item, nullptr))
                return fs::poll::readable;
        }
        return {};
    });
}

} // namespace kernel::event
