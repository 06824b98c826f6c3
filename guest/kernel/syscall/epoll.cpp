#include "kernel/event/epoll.hpp"

#include "kernel/syscall/descriptors.hpp"
#include "kernel/syscall/syscalls.hpp"
#include "kernel/syscall/temporary_mask.hpp"
#include "kernel/syscall/time_values.hpp"

namespace kernel::syscall {
namespace {

constexpr u32 most_events = 0x7fff'ffff / sizeof(event::EpollEvent); ///< EP_MAX_EVENTS

SyscallResult wait_until(Descriptor epoll, UserBytes events, i32 count, u64 deadline)
{
    if (count <= 0 || static_cast<u32>(count) > most_events)
        return Errno::einval;
    TRY(events.check(static_cast<u32>(count) * sizeof(event::EpollEvent)));
    const auto file = TRY(file_of(epoll));
    auto* const found = fs::file_cast<event::Epoll>(*file);
    if (found == nullptr)
        return Errno::einval;
    UserSink sink{events.address};
    return TRY(found->wait(sink, static_cast<u32>(count), deadline));
}

u64 deadline_after_milliseconds(i32 timeout)
{
    return timeout < 0 ? time::never : deadline_after(static_cast<u32>(timeout) * nanoseconds_per_millisecond);
}

} // namespace

SyscallResult sys_epoll_create1(u32 flags)
{
    if ((flags & ~fs::open_close_on_exec) != 0)
        return Errno::einval;
    return install(TRY(event::make_epoll()), flags != 0);
}

SyscallResult sys_epoll_create(i32 size)
{
    if (size <= 0)
        return Errno::einval;
    return sys_epoll_create1(0);
}

SyscallResult sys_epoll_ctl(Descriptor epoll, u32 operation, Descriptor target, UserBytes event)
{
    const auto what = static_cast<event::EpollOperation>(operation);
    event::EpollEvent value{};
    if (what != event::EpollOperation::remove)
        TRY(event.read(std::as_writable_bytes(std::span{&value, 1})));
    const auto file = TRY(file_of(epoll));
    const auto watched = TRY(file_of(target));
    if (!watched->can_poll())
        return Errno::eperm;
    auto* const found = fs::file_cast<event::Epoll>(*file);
    if (found == nullptr)
        return Errno::einval;
    TRY(found->change(what, *watched, target.number, value));
    return 0;
}

SyscallResult sys_epoll_wait(Descriptor epoll, UserBytes events, i32 count, i32 timeout)
{
    return wait_until(epoll, events, count, deadline_after_milliseconds(timeout));
}

SyscallResult sys_epoll_pwait(Descriptor epoll, UserBytes events, i32 count, i32 timeout,
                              UserIn<signal::SignalSet> mask, u64 size)
{
    TRY(TemporaryMask::set(mask, size));
    return TemporaryMask::after(wait_until(epoll, events, count, deadline_after_milliseconds(timeout)));
}

SyscallResult sys_epoll_pwait2(Descriptor epoll, UserBytes events, i32 count, UserIn<TimeSpec> timeout,
                               UserIn<signal::SignalSet> mask, u64 size)
{
    const u64 deadline = TRY(deadline_of(timeout));
    TRY(TemporaryMask::set(mask, size));
    return TemporaryMask::after(wait_until(epoll, events, count, deadline));
}

} // namespace kernel::syscall
