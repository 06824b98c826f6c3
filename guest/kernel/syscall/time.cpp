#include "arch/clock.hpp"
#include "kernel/sched/schedule.hpp"
#include "kernel/syscall/syscalls.hpp"

#include <limits>

namespace kernel::syscall {
namespace {

constexpr u64 nanoseconds_per_second = 1'000'000'000;
constexpr u64 forever = std::numeric_limits<u64>::max();

/// clockid_t (linux/time.h).
enum class Clock : u32 {
    realtime = 0,
    monotonic = 1,
    monotonic_raw = 4,
    realtime_coarse = 5,
    monotonic_coarse = 6,
    boottime = 7,
};
constexpr u32 timer_absolute = 1; ///< TIMER_ABSTIME

Result<u64> now(Clock clock)
{
    switch (clock) {
    case Clock::realtime:
    case Clock::realtime_coarse: return arch::realtime_nanoseconds();
    case Clock::monotonic:
    case Clock::monotonic_raw:
    case Clock::monotonic_coarse:
    case Clock::boottime: return arch::monotonic_nanoseconds();
    }
    return Errno::einval;
}

TimeSpec to_time_spec(u64 nanoseconds)
{
    return {static_cast<i64>(nanoseconds / nanoseconds_per_second),
            static_cast<i64>(nanoseconds % nanoseconds_per_second)};
}

/// What is too long to count is forever. EINVAL for what is not a time.
Result<u64> to_nanoseconds(const TimeSpec& time)
{
    if (time.seconds < 0 || time.nanoseconds < 0 || time.nanoseconds >= static_cast<i64>(nanoseconds_per_second))
        return Errno::einval;
    u64 result = 0;
    if (__builtin_mul_overflow(static_cast<u64>(time.seconds), nanoseconds_per_second, &result) ||
        __builtin_add_overflow(result, static_cast<u64>(time.nanoseconds), &result))
        return forever;
    return result;
}

u64 after(u64 start, u64 duration)
{
    u64 result = 0;
    return __builtin_add_overflow(start, duration, &result) ? forever : result;
}

} // namespace

SyscallResult sys_clock_gettime(u32 clock, UserOut<TimeSpec> result)
{
    TRY(result.write(to_time_spec(TRY(now(static_cast<Clock>(clock))))));
    return 0;
}

SyscallResult sys_clock_getres(u32 clock, UserOut<TimeSpec> result)
{
    TRY(now(static_cast<Clock>(clock)));
    TRY(result.write_if_wanted({0, 1}));
    return 0;
}

SyscallResult sys_gettimeofday(UserOut<TimeValue> result, UserOut<TimeZone> zone)
{
    const TimeSpec time = to_time_spec(arch::realtime_nanoseconds());
    TRY(result.write_if_wanted({time.seconds, time.nanoseconds / 1000}));
    TRY(zone.write_if_wanted({0, 0}));
    return 0;
}

SyscallResult sys_clock_nanosleep(u32 clock, u32 flags, UserIn<TimeSpec> duration, UserOut<TimeSpec>)
{
    const auto id = static_cast<Clock>(clock);
    if (id != Clock::realtime && id != Clock::monotonic && id != Clock::boottime)
        return Errno::einval;
    const u64 time = TRY(to_nanoseconds(TRY(duration.read())));
    if ((flags & timer_absolute) == 0) {
        sched::sleep_until(after(arch::monotonic_nanoseconds(), time));
        return 0;
    }
    const u64 reference = TRY(now(id));
    if (time > reference)
        sched::sleep_until(after(arch::monotonic_nanoseconds(), time - reference));
    return 0;
}

SyscallResult sys_nanosleep(UserIn<TimeSpec> duration, UserOut<TimeSpec> remaining)
{
    return sys_clock_nanosleep(static_cast<u32>(Clock::monotonic), 0, duration, remaining);
}

} // namespace kernel::syscall
