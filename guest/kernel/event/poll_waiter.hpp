#pragma once

#include "kernel/fs/poll.hpp"
#include "kernel/mm/heap.hpp"
#include "kernel/sync/atomic.hpp"

namespace kernel::event {

/// The running task on all the wait queues of the files that it polls (Linux's poll_wqueues), until it is destroyed.
/// The files must stay as long.
class PollWaiter final : public fs::PollTable {
public:
    PollWaiter() = default;
    PollWaiter(const PollWaiter&) = delete;
    PollWaiter& operator=(const PollWaiter&) = delete;
    ~PollWaiter();

    /// For the next files: only wake-ups that tell of one of these count.
    void want(fs::PollEvents events) { wanted_ = events; }
    void wait_on(WaitQueue& queue) override;
    /// There was no memory to wait on one of the queues.
    bool failed() const { return failed_; }

    /// Sleeps, interruptibly, until one of the queues has been woken since the last sleep, or a signal comes. False:
    /// the deadline has passed.
    bool sleep_until(u64 deadline);

private:
    struct Entry : WaitEntry {
        Entry() : WaitEntry{wake} {}
        static bool wake(WaitEntry& entry, WakeEvents events);
        PollWaiter* waiter = nullptr;
        WaitQueue* queue = nullptr;
        WakeEvents wanted = 0;
    };
    static constexpr u32 few = 6;
    static constexpr u32 many = 32;
    struct Chunk {
        Chunk* next = nullptr;
        u32 used = 0;
        Entry entries[many];
    };

    Entry* new_entry();

    Task& task_ = Task::current();
    Atomic<bool> woken_;
    fs::PollEvents wanted_;
    bool failed_ = false;
    u32 used_ = 0;
    Entry entries_[few];
    Chunk* chunks_ = nullptr;
};

} // namespace kernel::event
