#include "kernel/time/timer_wheel.hpp"

#include <algorithm>
#include <bit>

namespace kernel::time {
namespace {

constexpr unsigned shift_of(unsigned level) { return level * TimerWheel::level_bits; }

} // namespace

TimerWheel::Place TimerWheel::place(u64 expires, u64 clock)
{
    const u64 earliest = std::max(std::min(expires, never - 1) + 1, clock);
    const u64 wait = std::min(earliest - clock, longest);
    // The finest level whose buckets reach that far.
    unsigned level = 0;
    while (wait > u64{buckets - 1} << shift_of(level))
        ++level;
    const u64 step = (clock + wait + (u64{1} << shift_of(level)) - 1) >> shift_of(level);
    return {level * buckets + static_cast<unsigned>(step % buckets), step << shift_of(level)};
}

void TimerWheel::link(WheelTimer& timer, WheelTimer*& head)
{
    timer.next_ = head;
    if (head != nullptr)
        head->link_ = &timer.next_;
    head = &timer;
    __atomic_store_n(&timer.link_, &head, __ATOMIC_RELAXED);
}

void TimerWheel::add(WheelTimer& timer, u64 expires)
{
    const Place where = place(expires, clock_);
    timer.expires_ = expires;
    timer.bucket_ = static_cast<u16>(where.bucket);
    link(timer, heads_[where.bucket]);
    next_expiry_ = std::min(next_expiry(), where.expiry);
    const unsigned level = where.bucket / buckets;
    pending_[level] |= u64{1} << where.bucket % buckets;
    nonempty_levels_ |= 1U << level;
}

bool TimerWheel::remove(WheelTimer& timer)
{
    if (timer.link_ == nullptr)
        return false;
    *timer.link_ = timer.next_;
    if (timer.next_ != nullptr)
        timer.next_->link_ = timer.link_;
    __atomic_store_n(&timer.link_, nullptr, __ATOMIC_RELAXED);
    if (timer.bucket_ == being_served || heads_[timer.bucket_] != nullptr)
        return true;
    // The bucket's last. next_expiry_ stays: to look once in vain costs less than to search the wheel at each removal.
    const unsigned level = timer.bucket_ / buckets;
    pending_[level] &= ~(u64{1} << timer.bucket_ % buckets);
    if (pending_[level] == 0)
        nonempty_levels_ &= ~(1U << level);
    return true;
}

void TimerWheel::forward(u64 now) { clock_ = std::max(clock_, std::min(now, next_expiry())); }

bool TimerWheel::collect(u64 now)
{
    while (next_expiry() <= now) {
        clock_ = next_expiry_;
        for (unsigned level = 0; level != levels; ++level) {
            // A level's bucket is due when the clock stands at a multiple of what it spans.
            if ((clock_ & ((u64{1} << shift_of(level)) - 1)) != 0)
                break;
            const auto bucket = static_cast<unsigned>(clock_ >> shift_of(level)) % buckets;
            const u64 bit = u64{1} << bucket;
            if ((pending_[level] & bit) == 0)
                continue;
            pending_[level] &= ~bit;
            if (pending_[level] == 0)
                nonempty_levels_ &= ~(1U << level);
            WheelTimer*& head = heads_[level * buckets + bucket];
            while (head != nullptr) {
                WheelTimer& timer = *head;
                head = timer.next_;
                timer.bucket_ = being_served;
                link(timer, expired_);
            }
        }
        ++clock_;
        next_expiry_ = find_next_expiry();
        if (expired_ != nullptr)
            return true;
    }
    return false;
}

WheelTimer* TimerWheel::pop()
{
    while (expired_ != nullptr) {
        WheelTimer& timer = *expired_;
        remove(timer);
        if (timer.expires_ < clock_)
            return &timer;
        add(timer, timer.expires_); // further ahead than the wheel reaches
    }
    return nullptr;
}

u64 TimerWheel::find_next_expiry() const
{
    u64 next = never;
    for (u32 left = nonempty_levels_; left != 0; left &= left - 1) {
        const auto level = static_cast<unsigned>(std::countr_zero(left));
        // The first of its buckets that has not been due yet, and from there on around.
        const u64 first = (clock_ + (u64{1} << shift_of(level)) - 1) >> shift_of(level);
        const u64 ahead = std::rotr(pending_[level], static_cast<int>(first % buckets));
        next = std::min(next, (first + static_cast<unsigned>(std::countr_zero(ahead))) << shift_of(level));
    }
    return next;
}

void TimerWheel::take_from(TimerWheel& other, unsigned cpu)
{
    const auto take_all = [&](WheelTimer*& head) {
        while (head != nullptr) {
            WheelTimer& timer = *head;
            other.remove(timer);
            set_cpu(timer, cpu);
            add(timer, timer.expires_);
        }
    };
    take_all(other.expired_);
    for (u32 left = other.nonempty_levels_; left != 0; left = other.nonempty_levels_) {
        const auto level = static_cast<unsigned>(std::countr_zero(left));
        take_all(other.heads_[level * buckets + static_cast<unsigned>(std::countr_zero(other.pending_[level]))]);
    }
}

} // namespace kernel::time
