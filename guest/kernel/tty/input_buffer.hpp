#pragma once

#include "lib/types.hpp"

#include <array>

namespace kernel::tty {

/// What was typed and not yet read: a ring of bytes, some of which end a line. The line that is being edited is at its
/// end. Positions only ever grow: the byte at position p is in place p % capacity.
class InputBuffer {
public:
    static constexpr u64 capacity = 4096; ///< N_TTY_BUF_SIZE: MAX_CANON's reason

    /// Leaves the bytes as they are: only those count that were pushed.
    InputBuffer() {}

    u64 head() const { return head_; } ///< behind the last byte
    u64 tail() const { return tail_; } ///< the first to be read
    u64 line_start() const { return line_start_; }
    u64 size() const { return head_ - tail_; }
    u64 space() const { return capacity - size(); }
    u64 edited() const { return head_ - line_start_; } ///< bytes of the line that is being edited
    /// There is a line, or an end of input, to be read.
    bool has_line() const { return line_start_ != tail_; }

    u8 operator[](u64 position) const { return bytes_[position % capacity]; }
    bool ends_line(u64 position) const { return (ends_[word(position)] & bit(position)) != 0; }

    void push(u8 byte)
    {
        bytes_[head_ % capacity] = byte;
        ends_[word(head_)] &= ~bit(head_);
        ++head_;
    }
    /// The last byte ends a line, which can be read from now on.
    void end_line()
    {
        ends_[word(head_ - 1)] |= bit(head_ - 1);
        line_start_ = head_;
    }
    /// All there is is one line, ended or not: canonical mode begins in the midst of input.
    void make_one_line()
    {
        forget_lines();
        if (size() != 0)
            end_line();
    }
    /// There are only bytes: canonical mode ends.
    void forget_lines()
    {
        ends_ = {};
        line_start_ = tail_;
    }
    /// Takes back what is being edited from `position` on.
    void cut(u64 position) { head_ = position; }
    void pop(u64 count) { tail_ += count; }
    void clear() { head_ = tail_ = line_start_ = 0; }

private:
    static constexpr u64 word(u64 position) { return position % capacity / 64; }
    static constexpr u64 bit(u64 position) { return u64{1} << position % 64; }

    u64 head_ = 0;
    u64 tail_ = 0;
    u64 line_start_ = 0; ///< Linux's canon_head
    std::array<u8, capacity> bytes_;
    std::array<u64, capacity / 64> ends_; ///< a bit for each byte
};

} // namespace kernel::tty
