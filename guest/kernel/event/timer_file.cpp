#include "kernel/event/timer_file.hpp"

#include "kernel/event/anonymous_inode.hpp"
#include "kernel/time/timekeeping.hpp"

namespace kernel::event {

Result<Ref<fs::File>> make_timer_file(time::Clock clock, u32 flags)
{
    if ((flags & ~(fs::open_nonblocking | fs::open_close_on_exec)) != 0)
        return Errno::einval;
    const u32 file_flags = fs::open_read_write | (flags & fs::open_nonblocking);
    return Ref<fs::File> { TRY(make_ref<TimerFile>(TRY(AnonymousInode::create()), file_flags, clock)) };
}

void TimerFile::expired(u64 times)
{
    ticks_.fetch_add(times, Order::seq_cst);
    waiting_.wake_up_all(fs::poll::in);
}

/// Once for each time that the clock was set.
bool TimerFile::cancelled()
{
    if (!cancel_on_set_.load(Order::relaxed))
        return false;
    const u64 offset = time::offset_of(clock_);
    return clock_offset_.exchange(offset, Order::relaxed) != offset;
}

TimerSetting TimerFile::set(const TimerSetting& setting, bool absolute, bool cancel_on_set)
{
    return settings_.with([&](int) {
        const TimerSetting before = IntervalTimer::get();
        stop();
        ticks_.store(0, Order::seq_cst);
        cancel_on_set_.store(cancel_on_set && absolute && clock_ == time::Clock::realtime, Order::relaxed);
        clock_offset_.store(time::offset_of(clock_), Order::relaxed);
        IntervalTimer::set(clock_, setting, absolute);
        return before;
    });
}

TimerSetting TimerFile::get()
{
    return settings_.with([&](int) { return IntervalTimer::get(); });
}

Result<u64> TimerFile::read(u64 count, fs::Sink& sink)
{
    u64 ticks = 0;
    if (count < sizeof ticks)
        return Errno::einval;
    const auto take = [&] { return (ticks = ticks_.exchange(0, Order::seq_cst)) != 0; };
    if (!take()) {
        if (cancelled())
            return Errno::ecanceled;
        if (is_nonblocking())
            return Errno::eagain;
        if (waiting_.wait(Wait{.state = TaskState::interruptible}, take) == WaitEnd::interrupted)
            return Errno::erestartsys;
    }
    if (cancelled())
        return Errno::ecanceled;
    TRY(sink.put(0, std::as_bytes(std::span{&ticks, 1})));
    return u64{sizeof ticks};
}

fs::PollEvents TimerFile::poll(fs::PollTable* table)
{
    if (table != nullptr)
        table->wait_on(waiting_);
    return ticks_.load(Order::seq_cst) != 0 ? fs::poll::in : fs::PollEvents{};
}

} // namespace kernel::event
