#pragma once

#include "lib/types.hpp"

#include <utility>

namespace kernel::smp {

/// A function to be called on another CPU. Whoever sends it keeps it until it is not busy any more.
struct Call {
    void (*function)(void* argument) = nullptr;
    void* argument = nullptr;
    Call* next = nullptr;
    bool waited_for = false; ///< busy until `function` has returned; otherwise until it is about to be called
    bool ran = false;        ///< written before `busy` is cleared
    bool busy = false;       ///< set by the sender; cleared, with release, by the receiver
};

/// What a CPU is to call. Any CPU pushes, without a lock; one takes all at once.
class CallQueue {
public:
    /// True: it was empty, and nobody has told the receiver to look. Release, and a full barrier.
    bool push(Call& call)
    {
        Call* first = __atomic_load_n(&first_, __ATOMIC_RELAXED);
        do
            call.next = first;
        while (!__atomic_compare_exchange_n(&first_, &first, &call, true, __ATOMIC_SEQ_CST, __ATOMIC_RELAXED));
        return first == nullptr;
    }

    /// In the order in which they were pushed. Acquire.
    Call* take_all()
    {
        Call* newest_first = __atomic_exchange_n(&first_, nullptr, __ATOMIC_SEQ_CST);
        Call* oldest_first = nullptr;
        while (newest_first != nullptr) {
            Call* const call = std::exchange(newest_first, newest_first->next);
            call->next = std::exchange(oldest_first, call);
        }
        return oldest_first;
    }

private:
    Call* first_ = nullptr;
};

} // namespace kernel::smp
