// A timer's interrupt, all of it: what it takes away from the program that it interrupts. That one reads the time-stamp
// counter as fast as it can, and counts the gaps in which the timer has run.
#include "arch/clock.hpp"
#include "kernel/bench/bench.hpp"
#include "kernel/time/timer.hpp"

namespace kernel::bench {
namespace {

constexpr u64 period = 2'000'000; ///< nanoseconds: longer than a tick takes where ring 0 is emulated

class Ticker {
public:
    Ticker() : timer_{expired} { time::start(timer_, arch::monotonic_nanoseconds() + period); }
    ~Ticker() { time::cancel(timer_); }
    Ticker(const Ticker&) = delete;
    Ticker& operator=(const Ticker&) = delete;

    u64 ticks() const { return *static_cast<const volatile u64*>(&ticks_); }

private:
    static void expired(time::HighResolutionTimer& timer)
    {
        Ticker& self = *reinterpret_cast<Ticker*>(&timer);
        ++self.ticks_;
        time::start(timer, timer.deadline() + period);
    }

    time::HighResolutionTimer timer_; ///< first: expired() finds the rest by it
    u64 ticks_ = 0;
};

/// What the ticks took away, in cycles. The median is what counts: where the host has more to do than to run us, some
/// gaps are its doing.
class Gaps {
public:
    void add(u64 cycles)
    {
        if (count_ == most)
            return;
        unsigned place = count_++;
        for (; place > 0 && cycles_[place - 1] > cycles; --place)
            cycles_[place] = cycles_[place - 1];
        cycles_[place] = cycles;
    }
    u64 median() const { return cycles_[count_ / 2]; }

private:
    static constexpr unsigned most = 64;
    u64 cycles_[most] = {};
    unsigned count_ = 0;
};

} // namespace

Measured tick(u64 count)
{
    const u64 begin = arch::monotonic_nanoseconds();
    const u64 begin_cycles = arch::timestamp_counter();
    u64 shortest = ~u64{0}; // from one look at the counter to the next, undisturbed
    u64 ticks = 0;
    Gaps gaps;
    {
        const Ticker ticker;
        u64 seen = ticker.ticks();
        u64 before = arch::timestamp_counter();
        while (ticks < count) {
            u64 now = arch::timestamp_counter();
            const u64 seen_now = ticker.ticks();
            if (seen_now == seen) {
                shortest = now - before < shortest ? now - before : shortest;
            } else { // it may have been on either side of this look
                now = arch::timestamp_counter();
                const u64 undisturbed = 2 * shortest;
                gaps.add(now - before > undisturbed ? now - before - undisturbed : 0);
                ticks += seen_now - seen;
                seen = seen_now;
            }
            before = now;
        }
    }
    const u64 cycles = arch::timestamp_counter() - begin_cycles;
    const u64 time = arch::monotonic_nanoseconds() - begin;
    constexpr u64 unit = 1000; // keeps the product within 64 bits
    return {gaps.median() * ticks * (time / unit) / (cycles / unit), ticks};
}

} // namespace kernel::bench
