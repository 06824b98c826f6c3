#pragma once

#include "kernel/time/timer.hpp"

namespace kernel::time {

/// Pending timers by deadline. Not locked.
class TimerQueue {
public:
    static constexpr u64 never = ~0ULL;

    void insert(Timer& timer, u64 deadline)
    {
        timer.deadline_ = deadline;
        timer.pending_ = true;
        timers_.insert(timer);
    }
    /// False when it is not pending.
    bool remove(Timer& timer)
    {
        if (!timer.pending_)
            return false;
        timers_.erase(timers_.iterator_to(timer));
        timer.pending_ = false;
        return true;
    }
    /// Takes out the first timer whose deadline is not after `now`; null when there is none.
    Timer* pop_expired(u64 now)
    {
        if (next_deadline() > now)
            return nullptr;
        Timer& timer = *timers_.begin();
        remove(timer);
        return &timer;
    }
    u64 next_deadline() const { return timers_.empty() ? never : timers_.begin()->deadline_; }

    static void expire(Timer& timer) { timer.expired_(timer); }
    static unsigned cpu_of(const Timer& timer) { return __atomic_load_n(&timer.cpu_, __ATOMIC_RELAXED); }
    static void set_cpu(Timer& timer, unsigned cpu) { __atomic_store_n(&timer.cpu_, cpu, __ATOMIC_RELAXED); }

private:
    struct ByDeadline {
        using type = u64;
        u64 operator()(const Timer& timer) const { return timer.deadline_; }
    };
    /// Several may have the same deadline.
    boost::intrusive::multiset<Timer, boost::intrusive::member_hook<Timer, TreeHook, &Timer::in_queue_>,
                               boost::intrusive::key_of_value<ByDeadline>, boost::intrusive::constant_time_size<false>>
        timers_;
};

} // namespace kernel::time
