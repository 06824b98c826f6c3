#include "kernel/event/epoll.hpp"

#include <algorithm>

namespace kernel::event {
namespace {

constexpr fs::PollEvents always_told = fs::poll::err | fs::poll::hup;

} // namespace

Result<void> Epoll::change(EpollOperation operation, fs::File& file, u32 descriptor, const EpollEvent& event)
{
    if (!file.can_poll())
        return Errno::eperm;
    if (&file == this)
        return Errno::einval;
    if (operation != EpollOperation::remove && (event.events & epoll_exclusive) != 0) {
        constexpr u32 allowed =
            (fs::poll::in | fs::poll::out | always_told).bits | epoll_wake_up | epoll_edge | epoll_exclusive;
        const bool is_epoll = file.kind() == file_kind;
        if (operation == EpollOperation::modify || is_epoll || (event.events & ~allowed) != 0)
            return Errno::einval;
    }
    return fs::FileWatches::with_lock([&]() -> Result<void> {
        switch (operation) {
        case EpollOperation::add: return add(file, descriptor, event);
        case EpollOperation::modify: return modify(file, descriptor, event);
        case EpollOperation::remove: return remove(file, descriptor);
        }
        return Errno::einval;
    });
}

Result<void> Epoll::add(fs::File& file, u32 descriptor, const EpollEvent& event)
{
    const EpollItem::Key key{&file, descriptor};
    if (items_.with_nested(depth(), [&](Items& items) { return items.find(key) != items.end(); }))
        return Errno::eexist;
    TRY(check_nesting(*this, file));
    EpollItem& item = *TRY(make_box<EpollItem>(*this, file, descriptor, event.events | always_told.bits, event.data))
    .release();
    file.watches().add(item);
    const bool complete = items_.with_nested(depth(), [&](Items& items) {
        items.insert(item);
        if (ask(item, &item) && !item.failed())
            static_cast<void>(make_ready(item));
        const bool failed = item.failed();
        if (failed)
            drop(items, item);
        return !failed;
    });
    return complete ? Result<void>{} : Errno::enomem;
}

Result<void> Epoll::modify(fs::File& file, u32 descriptor, const EpollEvent& event)
{
    return items_.with_nested(depth(), [&](Items& items) -> Result<void> {
        const auto found = items.find(EpollItem::Key{&file, descriptor});
        if (found == items.end())
            return Errno::enoent;
        if (found->has(epoll_exclusive))
            return Errno::einval;
        found->data = event.data;
        found->set_events(event.events | always_told.bits); // before the look: a wake-up after it sees them
        if (ask(*found, nullptr))
            static_cast<void>(make_ready(*found));
        return {};
    });
}

Result<void> Epoll::remove(fs::File& file, u32 descriptor)
{
    return items_.with_nested(depth(), [&](Items& items) -> Result<void> {
        const auto found = items.find(EpollItem::Key{&file, descriptor});
        if (found == items.end())
            return Errno::enoent;
        drop(items, *found);
        return {};
    });
}

// Epolls in epolls. With the lock of all watches, under which alone items come and go.

bool Epoll::reaches(Epoll& from, const Epoll& to)
{
    if (&from == &to)
        return true;
    for (EpollItem& item : from.items_.without_lock()) {
        auto* const inner = fs::file_cast<Epoll>(item.file);
        if (inner != nullptr && reaches(*inner, to))
            return true;
    }
    return false;
}

/// How many epolls are above it, one in the other.
u32 Epoll::height(Epoll& epoll)
{
    u32 most = 0;
    epoll.watches().for_each(
        [&](fs::FileWatch& watch) { most = std::max(most, 1 + height(static_cast<EpollItem&>(watch).epoll)); });
    return most;
}

void Epoll::raise(Epoll& epoll, u32 level)
{
    if (epoll.level_.load(Order::relaxed) >= level)
        return;
    epoll.level_.store(level, Order::relaxed);
    epoll.watches().for_each([&](fs::FileWatch& watch) { raise(static_cast<EpollItem&>(watch).epoll, level + 1); });
}

/// ELOOP when the inner one has the outer in it, or there are too many of them.
Result<void> Epoll::check_nesting(Epoll& outer, fs::File& file)
{
    auto* const inner = fs::file_cast<Epoll>(file);
    if (inner == nullptr)
        return {};
    if (reaches(*inner, outer) || inner->level_.load(Order::relaxed) + 1 + height(outer) >= max_level)
        return Errno::eloop;
    raise(outer, inner->level_.load(Order::relaxed) + 1);
    return {};
}

} // namespace kernel::event
