#pragma once

#include "kernel/time/clock.hpp"
#include "lib/result.hpp"
#include "lib/types.hpp"

/// futex(2): sleeping until another thread says that a word of memory has changed.
namespace kernel {

namespace proc {
struct Thread;
}

namespace futex {

/// Whom a wake-up is for, of those who wait with a set of bits.
inline constexpr u32 any_bit = ~0U; ///< FUTEX_BITSET_MATCH_ANY

/// Until when, by which clock.
struct Deadline {
    time::Clock clock = time::Clock::monotonic;
    u64 at = time::never;
};

/// Sleeps if the word is still `expected`. EAGAIN: it is not; ETIMEDOUT; ERESTARTSYS: a signal is pending; EFAULT,
/// EINVAL.
Result<void> wait(u64 address, bool shared, u32 expected, u32 bits, const Deadline& deadline);
/// How many were woken, at most `most`.
Result<u32> wake(u64 address, bool shared, u32 most, u32 bits);
/// Wakes `wakes` and has up to `requeues` others wait at `other` instead. With `compare`, only if the word is still
/// `expected`, or else EAGAIN. How many were woken; with `compare`, or requeued.
struct Requeue {
    u64 other;
    u32 wakes;
    u32 requeues;
    bool compare;
    u32 expected;
};
Result<u32> requeue(u64 address, bool shared, const Requeue& how);
/// FUTEX_WAKE_OP: changes the word at `other` as `operation` says, and wakes waiters there, too, by what it was before.
Result<u32> wake_op(u64 address, bool shared, u32 wakes, u64 other, u32 other_wakes, u32 operation);

/// What set_tid_address(2) promises at the end of a thread.
void clear_and_wake(u64 address);
/// What set_robust_list(2) does: the locks that the thread, which ends, still holds are marked as their owner's who
/// died. Whatever the list looks like.
void release_robust_list(proc::Thread& thread);

} // namespace futex
} // namespace kernel
