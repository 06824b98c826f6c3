#pragma once

#include "kernel/sched/wait_queue.hpp"

namespace kernel::workqueue {

/// Where all who flush wait, whatever they wait for: they are few.
class Progress {
public:
    /// Something has been done. Any context.
    void announce()
    {
        if (__atomic_load_n(&waiters_, __ATOMIC_SEQ_CST) != 0)
            queue_.wake_up_all();
    }
    /// Sleeps until the condition is true, which whoever makes it true announces.
    template <typename Condition>
    void wait(Condition&& condition)
    {
        __atomic_add_fetch(&waiters_, 1, __ATOMIC_SEQ_CST);
        queue_.wait(condition);
        __atomic_sub_fetch(&waiters_, 1, __ATOMIC_SEQ_CST);
    }

private:
    u32 waiters_ = 0; ///< seen by who announces, or the waiter sees what is announced: sequentially consistent
    WaitQueue queue_;
};

Progress& progress();

} // namespace kernel::workqueue
