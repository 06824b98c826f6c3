#pragma once

#include "kernel/time/clock.hpp"

#include <array>

namespace kernel::time {

/// Something to be done when so many ticks have passed, or a little later: for time-outs, which are nearly always
/// cancelled. Linux's timer_list. Its owner embeds it, and keeps it alive while it is pending.
class WheelTimer {
public:
    /// `expired` runs as the timer soft interrupt on the CPU that started the timer; it may start it anew.
    constexpr explicit WheelTimer(void (*expired)(WheelTimer&)) : expired_{expired} {}
    WheelTimer(const WheelTimer&) = delete;
    WheelTimer& operator=(const WheelTimer&) = delete;

    /// In ticks since boot (jiffies).
    u64 expires() const { return expires_; }
    bool is_pending() const { return __atomic_load_n(&link_, __ATOMIC_RELAXED) != nullptr; }

private:
    friend class TimerWheel;
    void (*expired_)(WheelTimer&);
    WheelTimer* next_ = nullptr;
    WheelTimer** link_ = nullptr; ///< what points to it; null: not pending
    u64 expires_ = 0;
    u16 bucket_ = 0;
    u8 cpu_ = 0; ///< whose wheel holds it, or held it last; see timer_list.cpp
};

/// Pending timers in buckets by when they expire: 64 buckets of one tick, 64 of eight ticks, and so on. To add or
/// remove one takes the same few steps however many there are. A timer stays in the bucket that it was put into, at
/// the price that it expires late by up to an eighth of its time: nothing is moved from the coarser buckets to the
/// finer ones as time goes by, as timer wheels used to (Linux's kernel/time/timer.c explains it at length).
///
/// Never early: the tick under way when a timer is started does not count.
///
/// Not locked. All zeros is an empty wheel that stands at tick 0.
class TimerWheel {
public:
    /// `expires` in ticks, like all times here.
    void add(WheelTimer& timer, u64 expires);
    /// False when it is not pending.
    bool remove(WheelTimer& timer);

    /// When collect() has something to do; never, while the wheel is empty.
    u64 next_expiry() const { return nonempty_levels_ == 0 ? never : next_expiry_; }

    /// The wheel follows the time while there is nothing to do: so that new timers get the finest buckets.
    void forward(u64 now);

    /// Turns to the next bucket that expires at `now` or before, and takes its timers out to be served: false when
    /// there is none. Then pop() gives them one by one; until it has given all, they still count as pending, and may be
    /// removed or added anew.
    bool collect(u64 now);
    WheelTimer* pop();

    /// Takes all timers over from another CPU's wheel.
    void take_from(TimerWheel& other, unsigned cpu);

    static void expire(WheelTimer& timer) { timer.expired_(timer); }
    static unsigned cpu_of(const WheelTimer& timer) { return __atomic_load_n(&timer.cpu_, __ATOMIC_RELAXED); }
    static void set_cpu(WheelTimer& timer, unsigned cpu)
    {
        __atomic_store_n(&timer.cpu_, static_cast<u8>(cpu), __ATOMIC_RELAXED);
    }

    static constexpr unsigned levels = 8;
    static constexpr unsigned bucket_bits = 6; ///< buckets of a level, as a power of two
    static constexpr unsigned buckets = 1U << bucket_bits;
    static constexpr unsigned level_bits = 3; ///< by how much a level is coarser than the one before
    /// What lies further ahead is put off until then, and looked at again.
    static constexpr u64 longest = u64{buckets - 1} << (levels - 1) * level_bits;

private:
    /// A bucket's number among all, and when it expires.
    struct Place {
        unsigned bucket;
        u64 expiry;
    };
    static Place place(u64 expires, u64 clock);
    void link(WheelTimer& timer, WheelTimer*& head);
    u64 find_next_expiry() const;

    static constexpr u16 being_served = levels * buckets;

    u64 clock_ = 0;                     ///< the tick to be looked at next; what expired before it has been served
    u64 next_expiry_ = 0;               ///< of all buckets; without a meaning while all are empty
    std::array<u64, levels> pending_{}; ///< by level: bit n for bucket n
    u32 nonempty_levels_ = 0;
    WheelTimer* expired_ = nullptr;
    std::array<WheelTimer*, std::size_t{levels} * buckets> heads_{};
};

} // namespace kernel::time
