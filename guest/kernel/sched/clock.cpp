#include "kernel/sched/clock.hpp"

#include "arch/clock.hpp"

namespace kernel::sched {
namespace {

constinit u64 nanoseconds_per_tick = 0; ///< 32.32 fixed point
constinit u64 ticks_at_start = 0;

} // namespace

void set_up_clock()
{
    constexpr u64 nanoseconds_per_millisecond = 1'000'000;
    nanoseconds_per_tick = (nanoseconds_per_millisecond << 32) / arch::timestamp_khz();
    ticks_at_start = arch::timestamp_counter();
}

u64 clock() { return to_nanoseconds(arch::timestamp_counter() - ticks_at_start); }

u64 to_nanoseconds(u64 ticks)
{
    return static_cast<u64>(static_cast<unsigned __int128>(ticks) * nanoseconds_per_tick >> 32);
}

u64 to_monotonic(u64 deadline)
{
    const u64 now = clock();
    return arch::monotonic_nanoseconds() + (deadline > now ? deadline - now : 0);
}

} // namespace kernel::sched
