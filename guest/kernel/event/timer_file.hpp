#pragma once

#include "kernel/event/interval_timer.hpp"
#include "kernel/fs/file.hpp"
#include "kernel/sync/mutex.hpp"

namespace kernel::event {

/// timerfd_create(2): a timer whose expiries are read.
class TimerFile final : public fs::File, private IntervalTimer {
public:
    static constexpr fs::FileKind file_kind = fs::FileKind::timer;

    TimerFile(Ref<fs::Inode> inode, u32 flags, time::Clock clock) : File{std::move(inode), flags}, clock_{clock} {}

    fs::FileKind kind() const override { return file_kind; }
    Result<u64> seek(i64, fs::Whence) override { return u64{0}; } // as on Linux: there is no position
    Result<u64> read(u64 count, fs::Sink& sink) override;
    fs::PollEvents poll(fs::PollTable* table) override;

    time::Clock clock() const { return clock_; }
    /// What it was set to before. `cancel_on_set`: when somebody sets the clock, read() answers ECANCELED.
    TimerSetting set(const TimerSetting& setting, bool absolute, bool cancel_on_set);
    TimerSetting get();

private:
    void expired(u64 times) override;
    bool cancelled();

    const time::Clock clock_;
    Locked<int, Mutex> settings_; ///< one at a time
    Atomic<u64> ticks_;           ///< expiries that nobody has read
    Atomic<bool> cancel_on_set_;
    Atomic<u64> clock_offset_; ///< of the clock, when it was set
    WaitQueue waiting_;
};

/// `flags`: timerfd_create(2)'s. EINVAL, ENOMEM.
Result<Ref<fs::File>> make_timer_file(time::Clock clock, u32 flags);

} // namespace kernel::event
