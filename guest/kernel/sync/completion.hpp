#pragma once

#include "kernel/sync/waiter_list.hpp"

namespace kernel {

/// Something that gets done once, or n times, and that others wait for. Each complete() lets one waiter through, now or
/// when it comes; complete_all() lets through all there will ever be, until reset().
///
/// It may lie on the waiter's stack: when wait() returns, nobody touches it any more for the completion waited for.
///
/// wait(): task context. try_wait(), complete(): any context but NMI.
/// Lock order: whatever the caller holds -> its own lock -> run queue.
class Completion {
public:
    void complete();
    void complete_all();

    void wait() { static_cast<void>(wait(Wait{})); }
    WaitEnd wait(const Wait& how);
    /// Takes one completion, if there is one.
    bool try_wait();
    /// Whether wait() would return at once; takes nothing.
    bool is_done();
    /// For the next use. Nobody waits.
    void reset();

private:
    static constexpr u32 for_all = ~0U;
    struct State {
        u32 done = 0; ///< completions that nobody has waited for yet, or for_all
        WaiterList waiters;

        bool take();
    };
    Locked<State, IrqSafe> state_;
};

} // namespace kernel
