#include "arch/user_access.hpp"
#include "kernel/futex/futex.hpp"
#include "kernel/proc/thread.hpp"

#include <utility>

namespace kernel::futex {
namespace {

/// struct robust_list_head (linux/futex.h): a list in user memory, of which every word may be wrong.
struct Head {
    u64 first;
    i64 futex_offset; ///< from an entry to its lock
    u64 pending;      ///< an entry that is being locked or unlocked
};

constexpr u32 has_waiters = 0x8000'0000;
constexpr u32 owner_died = 0x4000'0000;
constexpr u32 owner_mask = 0x3fff'ffff;
constexpr u64 priority_inheriting = 1;  ///< in an entry's address
constexpr unsigned most_entries = 2048; ///< ROBUST_LIST_LIMIT: the list may be a circle

template <typename T>
Result<T> read(u64 address)
{
    T value;
    TRY(arch::copy_from_user(std::as_writable_bytes(std::span{&value, 1}), {address}));
    return value;
}

/// The lock, if the thread holds it, is its next owner's, who is told.
Result<void> release(u64 lock, Pid owner, bool pending)
{
    if (lock % sizeof(u32) != 0)
        return Errno::einval;
    u32 word = TRY(read<u32>(lock));
    for (;;) {
        if (pending && word == 0) {
            static_cast<void>(wake(lock, true, 1, any_bit));
            return {};
        }
        if ((word & owner_mask) != owner)
            return {};
        const u32 found = TRY(arch::compare_exchange_user({lock}, word, (word & has_waiters) | owner_died));
        if (found == word)
            break;
        word = found;
    }
    if ((word & has_waiters) != 0)
        static_cast<void>(wake(lock, true, 1, any_bit));
    return {};
}

Result<void> release_all(u64 list, Pid owner)
{
    const Head head = TRY(read<Head>(list));
    const u64 pending = head.pending & ~priority_inheriting;
    const auto lock_of = [&](u64 entry) { return entry + static_cast<u64>(head.futex_offset); };
    u64 entry = head.first & ~priority_inheriting;
    for (unsigned count = 0; entry != list && count < most_entries; ++count) {
        const auto next = read<u64>(entry); // before the lock, and with it perhaps the entry, is somebody else's
        if (entry != pending)
            TRY(release(lock_of(entry), owner, false));
        if (!next)
            return next.error();
        entry = next.value() & ~priority_inheriting;
    }
    if (pending != 0)
        TRY(release(lock_of(pending), owner, true));
    return {};
}

} // namespace

void release_robust_list(proc::Thread& thread)
{
    if (const u64 list = std::exchange(thread.robust_list, 0); list != 0)
        static_cast<void>(release_all(list, thread.tid));
}

} // namespace kernel::futex
