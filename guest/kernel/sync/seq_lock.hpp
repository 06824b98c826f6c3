#pragma once

#include "kernel/sync/spin_lock.hpp"

#include <array>
#include <cstring>
#include <type_traits>

namespace kernel {

/// How often what it guards has been written: odd while it is. A reader that finds it odd, or changed since it began,
/// has read nothing of worth and reads again. Writers keep each other out by a lock, and are not preempted, or a reader
/// of the same CPU would wait for ever.
///
/// What is guarded must be Atomics, read with Order::acquire, so that the second look at the count comes after them,
/// and written with Order::release, so that they come after the count is odd. SeqLocked is that, made up. Readers: any
/// context, but one that may interrupt the writer.
class SeqCount {
public:
    constexpr SeqCount() = default;

    u32 begin_read() const
    {
        u32 count;
        while (((count = count_.load(Order::acquire)) & 1) != 0)
            arch::relax();
        return count;
    }
    /// What was read since begin_read() is to be forgotten.
    bool must_retry(u32 count) const { return count_.load(Order::relaxed) != count; }
    void begin_write() { count_.store(count_.load(Order::relaxed) + 1, Order::relaxed); }
    void end_write() { count_.store(count_.load(Order::relaxed) + 1, Order::release); }

private:
    Atomic<u32> count_;
};

/// A small value that is read much more often than written: readers take no lock and never hold a writer up. `Lock`
/// keeps writers apart: SpinLock, or IrqSafe where interrupt handlers write or read.
template <typename T, typename Lock>
class SeqLocked {
    static_assert(std::is_trivially_copyable_v<T>);

public:
    SeqLocked() = default;
    explicit SeqLocked(const T& value) { put(value); }

    T read() const
    {
        for (;;) {
            const u32 count = sequence_.begin_read();
            const T value = get();
            if (!sequence_.must_retry(count))
                return value;
        }
    }
    /// `change(T&)` is called with the lock held, on a copy.
    template <typename Change>
    void write(Change&& change)
    {
        typename Lock::Guard guard{lock_};
        T value = get();
        change(value);
        sequence_.begin_write();
        put(value);
        sequence_.end_write();
    }

private:
    static constexpr std::size_t words = (sizeof(T) + sizeof(u64) - 1) / sizeof(u64);

    /// Word by word: the whole may be torn, a word is not.
    T get() const
    {
        std::array<u64, words> copy;
        for (std::size_t index = 0; index < words; ++index)
            copy[index] = value_[index].load(Order::acquire);
        T value;
        std::memcpy(static_cast<void*>(&value), copy.data(), sizeof value);
        return value;
    }
    void put(const T& value)
    {
        std::array<u64, words> copy{};
        std::memcpy(copy.data(), &value, sizeof value);
        for (std::size_t index = 0; index < words; ++index)
            value_[index].store(copy[index], Order::release);
    }

    SeqCount sequence_;
    Lock lock_;
    std::array<Atomic<u64>, words> value_;
};

} // namespace kernel
