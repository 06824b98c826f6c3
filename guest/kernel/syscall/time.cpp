#include "kernel/proc/thread.hpp"
#include "kernel/syscall/syscalls.hpp"
#include "kernel/syscall/time_values.hpp"
#include "kernel/time/sleep.hpp"
#include "kernel/time/timekeeping.hpp"

#include <algorithm>

namespace kernel::syscall {
namespace {

using time::nanoseconds_per_second;

/// Which of the kernel's clocks it is. EINVAL, for alarm clocks as well: they are for timers.
Result<time::Clock> readable_clock(ClockId id)
{
    if (id == ClockId::realtime_alarm || id == ClockId::boottime_alarm)
        return Errno::einval;
    return clock_of(id);
}

/// A coarse clock shows the time of the last tick; here, when that would have been, for a CPU may do without.
u64 resolution_of(ClockId id)
{
    const bool coarse = id == ClockId::realtime_coarse || id == ClockId::monotonic_coarse;
    return coarse ? time::tick_nanoseconds : 1;
}

Result<u64> now(ClockId id)
{
    const u64 exact = time::now(TRY(readable_clock(id)));
    const u64 resolution = resolution_of(id);
    return resolution == 1 ? exact : exact - exact % resolution;
}

/// A time that clocks can be set to: one from which they can still run for a while (Linux: 30 years).
Result<u64> settable(u64 nanoseconds)
{
    constexpr u64 latest = (u64{1} << 63) - u64{30} * 365 * 86'400 * nanoseconds_per_second;
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
    TRY(readable_clock(id));
    TRY(result.write_if_wanted({0, static_cast<i64>(resolution_of(id))}));
    return 0;
}

SyscallResult sys_clock_settime(u32 clock, UserIn<TimeSpec> time)
{
    if (static_cast<ClockId>(clock) != ClockId::realtime)
        return Errno::einval; // all others go their own way
    TRY(time::set_realtime(TRY(settable(TRY(to_nanoseconds(TRY(time.read())))))));
    return 0;
}

SyscallResult sys_gettimeofday(UserOut<TimeValue> result, UserOut<TimeZone> zone)
{
    TRY(result.write_if_wanted(to_time_value(time::realtime())));
    TRY(zone.write_if_wanted(time_zone));
    return 0;
}

SyscallResult sys_settimeofday(UserIn<TimeValue> value, UserIn<TimeZone> zone)
{
    constexpr int farthest_zone = 15 * 60;
    u64 new_time = 0;
    if (value.address != 0)
        new_time = TRY(settable(TRY(to_nanoseconds(TRY(value.read())))));
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
    TRY(remaining.write_if_wanted(to_time_spec(time_left(deadline))));
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
    const time::Clock base = TRY(readable_clock(id));
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
