#pragma once

#include "kernel/fs/transfer.hpp"
#include "kernel/mm/heap.hpp"
#include "lib/result.hpp"
#include "lib/types.hpp"

namespace kernel::ipc {

/// What is in a pipe: a ring of buffers of at most a page each, as Linux's, so that it is full when Linux's is. A write
/// is appended to the last buffer where it fits there, and takes new ones otherwise. Not locked.
class PipeRing {
public:
    static constexpr u32 default_capacity = 16; ///< buffers

    PipeRing() = default;
    PipeRing(const PipeRing&) = delete;
    PipeRing& operator=(const PipeRing&) = delete;
    ~PipeRing();

    /// A power of two. EBUSY when more buffers are in use than that; ENOMEM.
    Result<void> set_capacity(u32 buffers);
    u32 capacity() const { return capacity_; }
    u32 used() const { return used_; }
    bool empty() const { return used_ == 0; }
    bool full() const { return used_ == capacity_; }
    /// All of it (FIONREAD).
    u64 bytes() const;

    /// Takes up to `count` bytes from `source`, from its byte `at` on, as far as there is room: there is for a page
    /// whenever the ring is not full. `packet`: each buffer is one for itself, which is read by itself. An error counts
    /// only when nothing was taken.
    Result<u64> write(fs::Source& source, u64 at, u64 count, bool packet);
    /// Gives up to `count` bytes to `sink`, from its byte `at` on; one packet at most, of which the rest is lost.
    Result<u64> read(fs::Sink& sink, u64 at, u64 count);
    /// The same, but they stay: from the ring's byte `from` on.
    Result<u64> peek(fs::Sink& sink, u64 from, u64 count) const;
    /// Forgets the first `count` bytes.
    void drop(u64 count);

private:
    struct Buffer {
        std::byte* page;
        u32 begin;
        u32 size;
        bool packet;
    };

    Buffer& buffer(u32 number) const { return buffers_[(first_ + number) & (capacity_ - 1)]; }
    Result<std::byte*> new_page();
    void free_page(std::byte* page);
    void pop();
    Result<u64> append(fs::Source& source, u64 at, u64 count, bool packet);

    Buffer* buffers_ = nullptr;
    u32 capacity_ = 0;
    u32 first_ = 0; ///< counts up, and around
    u32 used_ = 0;
    std::byte* spare_ = nullptr; ///< a page for the next write: a pipe that is kept nearly empty allocates none
};

} // namespace kernel::ipc
