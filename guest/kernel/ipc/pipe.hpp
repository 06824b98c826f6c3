#pragma once

#include "kernel/fs/poll.hpp"
#include "kernel/ipc/pipe_ring.hpp"
#include "kernel/sync/atomic.hpp"
#include "kernel/sync/mutex.hpp"
#include "lib/locked.hpp"
#include "lib/ref.hpp"

namespace kernel::ipc {

/// Which ends of a pipe a file is.
struct PipeEnds {
    bool read = false;
    bool write = false;
};

/// A pipe: what is written to one end is read from the other (pipe(7)). The files of its ends share it.
///
/// The ring changes under the mutex, which is held while bytes go to and come from users. How many buffers are in use,
/// and how many files each end has, is also kept beside it, for who waits or polls: written under the mutex,
/// sequentially consistent with the look at the queues that follows.
class Pipe final : public RefCounted {
public:
    static constexpr u64 atomic_write = 4096; ///< PIPE_BUF
    static constexpr u64 max_size = 1 << 20;  ///< F_SETPIPE_SZ's limit (/proc/sys/fs/pipe-max-size)

    /// With no ends yet. ENOMEM.
    static Result<Ref<Pipe>> create();

    /// A file of these ends is there.
    void open(PipeEnds ends);
    /// Not any more.
    void close(PipeEnds ends);

    /// 0 at the end: nobody can write. EAGAIN where it would have to wait and must not; ERESTARTSYS.
    Result<u64> read(u64 count, fs::Sink& sink, bool nonblocking);
    /// EPIPE and SIGPIPE when nobody can read; EAGAIN, ERESTARTSYS as for read(). All at once up to atomic_write bytes.
    Result<u64> write(u64 count, fs::Source& source, bool nonblocking, bool packet);
    /// As for a file of these ends, opened when writers_ever() was `writers_at_open`.
    fs::PollEvents poll(fs::PollTable* table, PipeEnds ends, u32 writers_at_open);

    /// FIONREAD.
    u64 bytes();
    /// F_GETPIPE_SZ; F_SETPIPE_SZ: the size that it has become. EBUSY, EPERM, EINVAL, ENOMEM.
    u64 size() const { return u64{capacity_.load(Order::relaxed)} * page_size; }
    Result<u64> set_size(u64 size);

    /// For FIFOs, whose opens wait for each other: how many there are, and ever were.
    u32 readers() const { return readers_.load(Order::seq_cst); }
    u32 writers() const { return writers_.load(Order::seq_cst); }
    u32 readers_ever() const { return readers_ever_.load(Order::seq_cst); }
    u32 writers_ever() const { return writers_ever_.load(Order::seq_cst); }
    WaitQueue& reading() { return reading_; }
    WaitQueue& writing() { return writing_; }

    /// splice(2) and its kin: `function(PipeRing&)` with the ring locked, after which readers and writers are woken as
    /// it has changed.
    template <typename Function>
    auto with_ring(Function&& function)
    {
        u32 before = 0;
        auto result = ring_.with([&](PipeRing& ring) {
            before = ring.used();
            auto inner = function(ring);
            used_.store(ring.used(), Order::seq_cst);
            return inner;
        });
        wake_after(before);
        return result;
    }
    bool is_empty() const { return used_.load(Order::seq_cst) == 0; }
    bool is_full() const { return used_.load(Order::seq_cst) >= capacity_.load(Order::relaxed); }

private:
    void wake_after(u32 used_before);
    void wake_readers();
    void wake_writers();
    Result<void> wait_for_bytes();
    Result<void> wait_for_room();

    Locked<PipeRing, Mutex> ring_;
    Atomic<u32> used_;
    Atomic<u32> capacity_;
    Atomic<u32> readers_;
    Atomic<u32> writers_;
    Atomic<u32> readers_ever_;
    Atomic<u32> writers_ever_;
    Atomic<bool> polled_; ///< then every write is told of, not only the first to an empty pipe
    WaitQueue reading_;
    WaitQueue writing_;
};

} // namespace kernel::ipc
