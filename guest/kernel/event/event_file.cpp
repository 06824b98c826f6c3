#include "kernel/event/event_file.hpp"

#include "kernel/event/anonymous_inode.hpp"

namespace kernel::event {
namespace {

constexpr u32 semaphore_flag = 1; ///< EFD_SEMAPHORE
constexpr Wait interruptibly{.state = TaskState::interruptible};

} // namespace

Result<Ref<fs::File>> make_event_file(u32 count, u32 flags)
{
    if ((flags & ~(semaphore_flag | fs::open_nonblocking | fs::open_close_on_exec)) != 0)
        return Errno::einval;
    const u32 file_flags = fs::open_read_write | (flags & fs::open_nonblocking);
    const bool semaphore = (flags & semaphore_flag) != 0;
    return Ref<fs::File> { TRY(make_ref<EventFile>(TRY(AnonymousInode::create()), file_flags, count, semaphore)) };
}

/// 0: there is nothing.
u64 EventFile::take()
{
    return count_.with([&](u64& count) {
        const u64 taken = semaphore_ && count != 0 ? 1 : count;
        count -= taken;
        return taken;
    });
}

bool EventFile::add(u64 value)
{
    return count_.with([&](u64& count) {
        if (value > most - count)
            return false;
        count += value;
        return true;
    });
}

Result<u64> EventFile::read(u64 count, fs::Sink& sink)
{
    u64 taken = 0;
    if (count < sizeof taken)
        return Errno::einval;
    taken = take();
    if (taken == 0 && is_nonblocking())
        return Errno::eagain;
    if (taken == 0 && waiting_.wait(interruptibly, [&] { return (taken = take()) != 0; }) == WaitEnd::interrupted)
        return Errno::erestartsys;
    waiting_.wake_up_all(fs::poll::out);
    TRY(sink.put(0, std::as_bytes(std::span{&taken, 1})));
    return u64{sizeof taken};
}

Result<u64> EventFile::write(u64 count, fs::Source& source)
{
    u64 value = 0;
    if (count < sizeof value)
        return Errno::einval;
    TRY(source.get(0, std::as_writable_bytes(std::span{&value, 1})));
    if (value > most)
        return Errno::einval;
    bool added = add(value);
    if (!added && is_nonblocking())
        return Errno::eagain;
    if (!added && waiting_.wait(interruptibly, [&] { return added = add(value); }) == WaitEnd::interrupted)
        return Errno::erestartsys;
    waiting_.wake_up_all(fs::poll::in);
    return u64{sizeof value};
}

fs::PollEvents EventFile::poll(fs::PollTable* table)
{
    if (table != nullptr)
        table->wait_on(waiting_);
    const u64 count = count_.with([](u64 now) { return now; });
    fs::PollEvents events;
    if (count > 0)
        events |= fs::poll::in;
    if (count < most)
        events |= fs::poll::out;
    return events;
}

} // namespace kernel::event
