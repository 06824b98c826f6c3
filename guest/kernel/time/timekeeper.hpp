#pragma once

#include "kernel/time/clock_source.hpp"

namespace kernel::time {

/// Tells the time by a clock source. Read without a lock, from any context, also while it is being changed; changes
/// are the caller's to serialise, with interrupts masked.
///
/// What readers see is guarded by a sequence count: odd while it is being written. Each field is an atomic of its own,
/// so that a torn reading is seen and repeated, never used.
class Timekeeper {
public:
    /// Nanoseconds since boot, by any CPU never less than what anybody was told before. 0 without a clock source.
    u64 monotonic() const;
    /// What to add to monotonic() for nanoseconds since 1970.
    u64 realtime_offset() const { return __atomic_load_n(&realtime_offset_, __ATOMIC_RELAXED); }

    /// Goes by `source` from now on, which must stay. Time goes on without a step.
    void use(const ClockSource& source);
    const ClockSource* source() const { return __atomic_load_n(&source_, __ATOMIC_RELAXED); }

    /// Counts on from now. A source of less than 64 bits needs it at least every longest_pause().
    void advance();
    /// Nanoseconds that the source counts without ambiguity.
    u64 longest_pause() const;

    void set_realtime_offset(u64 offset) { __atomic_store_n(&realtime_offset_, offset, __ATOMIC_RELAXED); }

private:
    /// Whoever read before is told no later time than what `function` computes from now on; whoever reads meanwhile
    /// tries again.
    template <typename Function>
    void change(Function function)
    {
        // A full barrier: `function` looks at the clock when all can see that the count is odd.
        __atomic_exchange_n(&sequence_, sequence_ + 1, __ATOMIC_SEQ_CST);
        function();
        __atomic_store_n(&sequence_, sequence_ + 1, __ATOMIC_RELEASE);
    }
    template <typename T>
    static void write(T& field, T value)
    {
        __atomic_store_n(&field, value, __ATOMIC_RELEASE); // not seen before the odd count
    }
    u64 told_at(u64 cycles) const;

    u32 sequence_ = 0;
    const ClockSource* source_ = nullptr;
    u64 base_cycles_ = 0;      ///< the source stood there
    u64 base_nanoseconds_ = 0; ///< when monotonic() stood here
    u64 realtime_offset_ = 0;
};

} // namespace kernel::time
