#pragma once

#include "kernel/time/timer.hpp"

#include <array>

namespace kernel::time {

/// A CPU's pending high-resolution timers: a tree by deadline for each clock. Not locked.
class TimerQueue {
public:
    /// `offset`: of the timer's clock, to the monotonic one.
    void insert(HighResolutionTimer& timer, u64 deadline, u64 offset)
    {
        timer.deadline_ = deadline;
        set_pending(timer, true);
        Base& base = base_of(timer);
        base.timers.insert(timer);
        base.offset = offset;
        active_ |= bit_of(timer);
    }
    /// False when it is not pending.
    bool remove(HighResolutionTimer& timer)
    {
        if (!timer.pending_)
            return false;
        Base& base = base_of(timer);
        base.timers.erase(base.timers.iterator_to(timer));
        if (base.timers.empty())
            active_ &= ~bit_of(timer);
        set_pending(timer, false);
        return true;
    }
    /// Takes out a timer whose deadline is not after `now` (monotonic), of one clock the first; null when there is
    /// none.
    HighResolutionTimer* pop_expired(u64 now)
    {
        for (unsigned left = active_; left != 0; left &= left - 1) {
            Base& base = bases_[static_cast<unsigned>(__builtin_ctz(left))];
            HighResolutionTimer& first = *base.timers.begin();
            if (first.deadline_ > now + base.offset)
                continue;
            remove(first);
            return &first;
        }
        return nullptr;
    }
    /// Monotonic; never when none is pending.
    u64 next_deadline() const
    {
        u64 next = never;
        for (unsigned left = active_; left != 0; left &= left - 1) {
            const Base& base = bases_[static_cast<unsigned>(__builtin_ctz(left))];
            const u64 first = base.timers.begin()->deadline_;
            const u64 deadline = first > base.offset ? first - base.offset : 0;
            next = deadline < next ? deadline : next;
        }
        return next;
    }
    /// Calls `function(deadline, expired)` with the pending timers of a clock, the first to expire first, until it
    /// returns false.
    template <typename Function>
    void for_each(Clock clock, Function&& function) const
    {
        for (const HighResolutionTimer& timer : bases_[static_cast<unsigned>(clock)].timers)
            if (!function(timer.deadline_, timer.expired_))
                return;
    }
    /// The clock was set.
    void set_offset(Clock clock, u64 offset) { bases_[static_cast<unsigned>(clock)].offset = offset; }

    /// Takes all timers over from another CPU's queue.
    void take_from(TimerQueue& other, unsigned cpu)
    {
        for (unsigned index = 0; index < clock_count; ++index)
            while (!other.bases_[index].timers.empty()) {
                HighResolutionTimer& timer = *other.bases_[index].timers.begin();
                const u64 offset = other.bases_[index].offset;
                other.remove(timer);
                set_cpu(timer, cpu);
                insert(timer, timer.deadline_, offset);
            }
    }

    static void expire(HighResolutionTimer& timer) { timer.expired_(timer); }
    static unsigned cpu_of(const HighResolutionTimer& timer) { return __atomic_load_n(&timer.cpu_, __ATOMIC_RELAXED); }
    static void set_cpu(HighResolutionTimer& timer, unsigned cpu)
    {
        __atomic_store_n(&timer.cpu_, static_cast<u8>(cpu), __ATOMIC_RELAXED);
    }

private:
    struct ByDeadline {
        using type = u64;
        u64 operator()(const HighResolutionTimer& timer) const { return timer.deadline_; }
    };
    /// Several may have the same deadline: they expire in the order in which they were started.
    using Timers = boost::intrusive::multiset<
        HighResolutionTimer,
        boost::intrusive::member_hook<HighResolutionTimer, TreeHook, &HighResolutionTimer::in_queue_>,
        boost::intrusive::key_of_value<ByDeadline>, boost::intrusive::constant_time_size<false>>;
    struct Base {
        Timers timers;
        u64 offset = 0; ///< of its clock to the monotonic one
    };

    Base& base_of(const HighResolutionTimer& timer) { return bases_[static_cast<unsigned>(timer.clock_)]; }
    static unsigned bit_of(const HighResolutionTimer& timer) { return 1U << static_cast<unsigned>(timer.clock_); }
    static void set_pending(HighResolutionTimer& timer, bool pending)
    {
        __atomic_store_n(&timer.pending_, pending, __ATOMIC_RELAXED);
    }

    std::array<Base, clock_count> bases_;
    unsigned active_ = 0; ///< bit n: bases_[n] has timers
};

} // namespace kernel::time
