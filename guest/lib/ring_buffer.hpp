#pragma once

#include "lib/types.hpp"

#include <algorithm>
#include <span>

namespace kernel {

/// A byte queue of fixed capacity, a power of two. Not locked.
template <std::size_t capacity>
class RingBuffer {
    static_assert((capacity & (capacity - 1)) == 0);

public:
    std::size_t size() const { return head_ - tail_; }
    std::size_t space() const { return capacity - size(); }
    bool empty() const { return head_ == tail_; }

    /// Appends as much of `bytes` as fits; how much that was.
    std::size_t push(std::span<const std::byte> bytes)
    {
        const std::size_t count = std::min(bytes.size(), space());
        const std::size_t first = std::min(count, to_edge(head_));
        std::copy_n(bytes.data(), first, data_ + index(head_));
        std::copy_n(bytes.data() + first, count - first, data_);
        head_ += count;
        return count;
    }
    bool push(std::byte byte) { return push({&byte, 1}) == 1; }

    /// Takes the oldest bytes; how many there were, up to `bytes.size()`.
    std::size_t pop(std::span<std::byte> bytes)
    {
        const std::size_t count = peek(0, bytes);
        tail_ += count;
        return count;
    }

    /// Copies bytes beginning `offset` (at most `size()`) behind the oldest, which stay; how many there were.
    std::size_t peek(std::size_t offset, std::span<std::byte> bytes) const
    {
        const std::size_t count = std::min(bytes.size(), size() - offset);
        const std::size_t first = std::min(count, to_edge(tail_ + offset));
        std::copy_n(data_ + index(tail_ + offset), first, bytes.data());
        std::copy_n(data_, count - first, bytes.data() + first);
        return count;
    }

    /// Forgets the oldest `count` bytes; at most `size()`.
    void drop(std::size_t count) { tail_ += std::min(count, size()); }

private:
    static constexpr std::size_t index(std::size_t position) { return position & (capacity - 1); }
    static constexpr std::size_t to_edge(std::size_t position) { return capacity - index(position); }

    std::size_t head_ = 0; ///< bytes ever pushed
    std::size_t tail_ = 0; ///< bytes ever taken
    std::byte data_[capacity] = {};
};

} // namespace kernel
