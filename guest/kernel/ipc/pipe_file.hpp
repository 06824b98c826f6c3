#pragma once

#include "kernel/fs/file.hpp"
#include "kernel/ipc/pipe.hpp"

namespace kernel::ipc {

/// An open file that is an end of a pipe, or both (a FIFO opened for reading and writing).
class PipeFile final : public fs::File {
public:
    static constexpr fs::FileKind file_kind = fs::FileKind::pipe;

    /// `writers_at_open`: see Fifo; with none, the other end has always been there.
    PipeFile(Ref<fs::Inode> inode, u32 flags, Ref<Pipe> pipe, PipeEnds ends, u32 writers_at_open = ~0U)
        : File{std::move(inode), flags}, pipe_{std::move(pipe)}, ends_{ends}, writers_at_open_{writers_at_open}
    {
        pipe_->open(ends_);
    }
    ~PipeFile() override { pipe_->close(ends_); }

    fs::FileKind kind() const override { return file_kind; }
    Pipe& pipe() const { return *pipe_; }
    PipeEnds ends() const { return ends_; }

    Result<u64> read(u64 count, fs::Sink& sink) override { return pipe_->read(count, sink, is_nonblocking()); }
    Result<u64> write(u64 count, fs::Source& source) override;
    Result<u64> read_at(u64, u64, fs::Sink&) override { return Errno::espipe; }
    Result<u64> write_at(u64, u64, fs::Source&) override { return Errno::espipe; }
    Result<u64> seek(i64, fs::Whence) override { return Errno::espipe; }
    /// FIONREAD.
    Result<i64> control(u64 command, u64 argument) override;
    fs::PollEvents poll(fs::PollTable* table) override { return pipe_->poll(table, ends_, writers_at_open_); }

private:
    Ref<Pipe> pipe_;
    PipeEnds ends_;
    u32 writers_at_open_; ///< as long as there were no more, a FIFO's reader is not told that it has hung up
};

/// The two ends of a new pipe. `flags`: pipe2(2)'s.
struct PipePair {
    Ref<fs::File> reading;
    Ref<fs::File> writing;
};
Result<PipePair> make_pipe(u32 flags);

} // namespace kernel::ipc
