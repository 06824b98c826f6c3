#include "kernel/proc/thread.hpp"
#include "kernel/syscall/syscalls.hpp"
#include "kernel/time/sleep.hpp"
#include "kernel/time/timekeeping.hpp"

#include <algorithm>

namespace kernel::syscall {
namespace {

using time::nanoseconds_per_second;

constexpr u64 nanoseconds_per_microsecond = 1000;

/// clockid_t (linux/time.h).
enum class ClockId : u32 {
    realtime = 0,
    monotonic = 1,
    monotonic_raw = 4,
    realtime_coarse = 5,
    monotonic_coarse = 6,
    boottime = 7,
};
constexpr u32 timer_absolute = 1; ///< TIMER_ABSTIME

/// Which of the kernel's clocks it is.
Result<time::Clock> clock_of(ClockId id)
{
    switch (id) {
    case ClockId::realtime:
    case ClockId::realtime_coarse: return time::Clock::realtime;
    case ClockId::monotonic:
    case ClockId::monotonic_raw:
    case ClockId::monotonic_coarse: return time::Clock::monotonic;
    case ClockId::boottime: return time::Clock::boottime;
    }
    return Errno::einval;
}

/// A coarse clock shows the time of the last tick; here, when that would have been, for a CPU may do without.
u64 resolution_of(ClockId id)
{
    const bool coarse = id == ClockId::realtime_coarse || id == ClockId::monotonic_coarse;
    return coarse ? time::tick_nanoseconds : 1;
}

Result<u64> now(ClockId id)
{
    const u64 exact = time::now(TRY(clock_of(id)));
    const u64 resolution = resolution_of(id);
    return resolution == 1 ? exact : exact - exact % resolution;
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
        return time::never;
    return result;
}

/// A time that clocks can be set to: one from which they can still run for a while (Linux: 30 years).
Result<u64> to_settable_time(const TimeSpec& time)
{
    constexpr u64 latest = (u64{1} << 63) - u64{30} * 365 * 86'400 * nanoseconds_per_second;
    const u64 nanoseconds = TRY(to_nanoseconds(time));
    if (nanoseconds >= latest)
        return Errno::einval;
    return nanoseconds;
}

/// What gettimeofday(2) says of the time zone: what settimeofday(2) has set. Each half is written by itself.
TimeZone time_zone{};

} // namespace

SyscallResult sys_clock_gettime(u32 clock, UserOut<TimeSpec> result)
{
    TRY(result.write(to_time_spec(TRY(now(static_cast<ClockId>(clock))))));
    return 0;
}

SyscallResult sys_clock_getres(u32 clock, UserOut<TimeSpec> result)
{
    const auto id = static_cast<ClockId>(clock);
    TRY(clock_of(id));
    TRY(result.write_if_wanted({0, static_cast<i64>(resolution_of(id))}));
    return 0;
}

SyscallResult sys_clock_settime(u32 clock, UserIn<TimeSpec> time)
{
    if (static_cast<ClockId>(clock) != ClockId::realtime)
        return Errno::einval; // all others go their own way
    TRY(time::set_realtime(TRY(to_settable_time(TRY(time.read())))));
    return 0;
}

SyscallResult sys_gettimeofday(UserOut<TimeValue> result, UserOut<TimeZone> zone)
{
    const TimeSpec time = to_time_spec(time::realtime());
    TRY(result.write_if_wanted({time.seconds, time.nanoseconds / static_cast<i64>(nanoseconds_per_microsecond)}));
    TRY(zone.write_if_wanted(time_zone));
    return 0;
}

SyscallResult sys_settimeofday(UserIn<TimeValue> value, UserIn<TimeZone> zone)
{
    constexpr i64 microseconds_per_second = 1'000'000;
    constexpr int farthest_zone = 15 * 60;
    u64 new_time = 0;
    if (value.address != 0) {
        const TimeValue time = TRY(value.read());
        if (time.microseconds < 0 || time.microseconds >= microseconds_per_second)
            return Errno::einval;
        const i64 nanoseconds = time.microseconds * static_cast<i64>(nanoseconds_per_microsecond);
        new_time = TRY(to_settable_time({time.seconds, nanoseconds}));
    }
    if (zone.address != 0) {
        const TimeZone new_zone = TRY(zone.read());
        if (new_zone.minutes_west > farthest_zone || new_zone.minutes_west < -farthest_zone)
            return Errno::einval;
        time_zone = new_zone;
    }
    if (value.address != 0)
        TRY(time::set_realtime(new_time));
    return 0;
}

SyscallResult sys_time(UserOut<i64> result)
{
    const auto seconds = static_cast<i64>(time::realtime() / nanoseconds_per_second);
    TRY(result.write_if_wanted(seconds));
    return seconds;
}

namespace {

Result<i64> go_on_sleeping(signal::Restart& restart);

/// What is left of a sleep that a signal has ended goes on after it (restart_syscall(2)), unless a handler runs.
SyscallResult sleep_until(u64 deadline, UserOut<TimeSpec> remaining)
{
    if (time::sleep_interruptibly(time::Clock::monotonic, deadline) == time::SleepEnd::timed_out)
        return 0;
    const u64 now = time::monotonic();
    TRY(remaining.write_if_wanted(to_time_spec(deadline > now ? deadline - now : 0)));
    signal::Restart& restart = proc::Thread::current().signals.restart;
    restart.function = go_on_sleeping;
    restart.arguments[0] = deadline;
    restart.arguments[1] = remaining.address;
    return Errno::erestart_restartblock;
}

Result<i64> go_on_sleeping(signal::Restart& restart)
{
    return sleep_until(restart.arguments[0], {restart.arguments[1]});
}

} // namespace

SyscallResult sys_clock_nanosleep(u32 clock, u32 flags, UserIn<TimeSpec> duration, UserOut<TimeSpec> remaining)
{
    const auto id = static_cast<ClockId>(clock);
    const time::Clock base = TRY(clock_of(id));
    if (id == ClockId::monotonic_raw || resolution_of(id) != 1)
        return Errno::eopnotsupp;
    const u64 time = TRY(to_nanoseconds(TRY(duration.read())));
    if ((flags & timer_absolute) == 0) // setting the clock makes no difference to how long that is
        return sleep_until(time::time_after(time::monotonic(), time), remaining);
    if (time::sleep_interruptibly(base, time) != time::SleepEnd::timed_out)
        return Errno::erestartnohand;
    return 0;
}

SyscallResult sys_nanosleep(UserIn<TimeSpec> duration, UserOut<TimeSpec> remaining)
{
    return sys_clock_nanosleep(static_cast<u32>(ClockId::monotonic), 0, duration, remaining);
}

} // namespace kernel::syscall
