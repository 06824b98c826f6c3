#pragma once

#include "kernel/fs/file.hpp"

namespace kernel::event {

/// eventfd(2): a counter that is waited for.
class EventFile final : public fs::File {
public:
    static constexpr fs::FileKind file_kind = fs::FileKind::event;

    /// `semaphore`: each read takes one, not all.
    EventFile(Ref<fs::Inode> inode, u32 flags, u64 count, bool semaphore)
        : File{std::move(inode), flags}, semaphore_{semaphore}, count_{count}
    {}

    fs::FileKind kind() const override { return file_kind; }
    Result<u64> seek(i64, fs::Whence) override { return u64{0}; } // as on Linux: there is no position
    Result<u64> read(u64 count, fs::Sink& sink) override;
    Result<u64> write(u64 count, fs::Source& source) override;
    fs::PollEvents poll(fs::PollTable* table) override;

private:
    static constexpr u64 most = ~u64{0} - 1;

    u64 take();
    bool add(u64 value);

    const bool semaphore_;
    Locked<u64, SpinLock> count_;
    WaitQueue waiting_;
};

/// `flags`: eventfd2(2)'s. EINVAL, ENOMEM.
Result<Ref<fs::File>> make_event_file(u32 count, u32 flags);

} // namespace kernel::event
