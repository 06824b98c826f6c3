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
    static void expired(time::Timer& timer)
    {
        Ticker& self = *reinterpret_cast<Ticker*>(&timer);
        ++self.ticks_;
        time::start(timer, timer.deadline() + period);
    }

    time::Timer timer_; ///< first: expired() finds the rest by it
    u64 ticks_ = 0;
};

} // namespace

Measured tick(u64 count)
{
    const u64 begin = arch::monotonic_nanoseconds();
    const u64 begin_cycles = arch::timestamp_counter();
    u64 shortest = ~u64{0}; // from one look at the counter to the next, undisturbed
    u64 gaps = 0;           // cycles between looks that had a tick between them
    u64 ticks = 0;
    {
        const Ticker ticker;
        u64 seen = ticker.ticks();
        u64 before = arch::timestamp_counter();
        while (ticks < count) {
            const u64 now = arch::timestamp_counter();
            const u64 seen_now = ticker.ticks();
            if (seen_now == seen) {
                shortest = now - before < shortest ? now - before : shortest;
            } else {
                gaps += now - before;
                ticks += seen_now - seen;
            }
            seen = seen_now;
            before = now;
        }
    }
    const u64 cycles = arch::timestamp_counter() - begin_cycles;
    const u64 time = arch::monotonic_nanoseconds() - begin;
    const u64 taken = gaps - shortest * ticks;
    constexpr u64 unit = 1000; // keeps the product within 64 bits
    return {taken * (time / unit) / (cycles / unit), ticks};
}

} // namespace kernel::bench
