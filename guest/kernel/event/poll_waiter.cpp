#include "kernel/event/poll_waiter.hpp"

namespace kernel::event {

bool PollWaiter::Entry::wake(WaitEntry& entry, WakeEvents events)
{
    auto& self = static_cast<Entry&>(entry);
    if ((events & self.wanted) == 0)
        return false;
    // Before the wake-up, and both before the look of a task that has announced its sleep.
    self.waiter->woken_.store(true, Order::seq_cst);
    sched::wake(self.waiter->task_);
    return true;
}

PollWaiter::~PollWaiter()
{
    for (u32 i = 0; i < used_; ++i)
        entries_[i].queue->remove(entries_[i]);
    while (chunks_ != nullptr) {
        const Box<Chunk> chunk{chunks_};
        chunks_ = chunk->next;
        for (u32 i = 0; i < chunk->used; ++i)
            chunk->entries[i].queue->remove(chunk->entries[i]);
    }
}

PollWaiter::Entry* PollWaiter::new_entry()
{
    if (used_ < few)
        return &entries_[used_++];
    if (chunks_ == nullptr || chunks_->used == many) {
        auto chunk = make_box<Chunk>();
        if (!chunk)
            return nullptr;
        chunk.value()->next = chunks_;
        chunks_ = chunk.release().release();
    }
    return &chunks_->entries[chunks_->used++];
}

void PollWaiter::wait_on(WaitQueue& queue)
{
    Entry* const entry = new_entry();
    if (entry == nullptr) {
        failed_ = true;
        return;
    }
    entry->waiter = this;
    entry->queue = &queue;
    entry->wanted = wanted_;
    queue.add(*entry);
}

bool PollWaiter::sleep_until(u64 deadline)
{
    bool in_time = true;
    task_.set_state(TaskState::interruptible);
    if (!woken_.load(Order::seq_cst) && !task_.signal_pending())
        in_time = sched::schedule_until(deadline);
    task_.set_state(TaskState::running);
    woken_.store(false, Order::seq_cst); // before the caller looks at the files
    return in_time;
}

} // namespace kernel::event
