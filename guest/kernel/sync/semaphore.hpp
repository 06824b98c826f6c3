#pragma once

#include "kernel/sync/waiter_list.hpp"

namespace kernel {

/// A number of permits. Who finds none sleeps until one is returned; they are given out in the order of asking. It has
/// no owner: anybody may return a permit.
///
/// down(): task context. try_down(), up(): any context but NMI.
/// Lock order: whatever the caller holds -> its own lock -> run queue.
class Semaphore {
public:
    explicit Semaphore(u32 permits) : state_{permits} {}

    void down() { static_cast<void>(down(Wait{})); }
    /// Anything but WaitEnd::condition: no permit was taken.
    WaitEnd down(const Wait& how);
    bool try_down();
    void up();

private:
    struct State {
        explicit State(u32 permits) : free{permits} {}
        u32 free; ///< zero while there are waiters
        WaiterList waiters;
    };
    Locked<State, IrqSafe> state_;
};

} // namespace kernel
