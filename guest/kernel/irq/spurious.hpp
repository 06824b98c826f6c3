#pragma once

#include "lib/types.hpp"

namespace kernel::irq {

/// Finds lines that keep interrupting though no handler feels responsible: a device without a driver, or a handler that
/// does not know its own. Linux's measure: of 100,000 interrupts more than 99,900, none of those long after the last.
class SpuriousDetector {
public:
    static constexpr u32 window = 100'000;
    static constexpr u32 too_many = 99'900;
    static constexpr u64 memory_nanoseconds = 100'000'000;

    /// An interrupt that somebody handled, or nobody, at `now`. True: the line is to be disabled.
    bool note_handled() { return end_of_window(); }
    bool note_unhandled(u64 now);

    u32 count() const { return count_; }
    u32 unhandled() const { return unhandled_; }
    u64 last_unhandled() const { return last_unhandled_; }
    void reset() { *this = {}; }
    /// For tests: as if so many had come, none of them handled.
    void pretend(u32 unhandled, u64 now)
    {
        count_ = unhandled_ = unhandled;
        last_unhandled_ = now;
    }

private:
    bool end_of_window()
    {
        if (++count_ < window) [[likely]]
            return false;
        return judge();
    }
    bool judge();

    u32 count_ = 0;
    u32 unhandled_ = 0;
    u64 last_unhandled_ = 0;
};

} // namespace kernel::irq
