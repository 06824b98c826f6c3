#pragma once

#include "kernel/event/interval_timer.hpp"
#include "kernel/syscall/arguments.hpp"
#include "kernel/syscall/types.hpp"
#include "kernel/time/timekeeping.hpp"

/// Times and clocks as system calls have them.
namespace kernel::syscall {

inline constexpr u64 nanoseconds_per_microsecond = 1000;
inline constexpr u64 nanoseconds_per_millisecond = 1'000'000;

/// clockid_t (linux/time.h).
enum class ClockId : u32 {
    realtime = 0,
    monotonic = 1,
    monotonic_raw = 4,
    realtime_coarse = 5,
    monotonic_coarse = 6,
    boottime = 7,
    realtime_alarm = 8,
    boottime_alarm = 9,
};
inline constexpr u32 timer_absolute = 1; ///< TIMER_ABSTIME

/// Which of the kernel's clocks it is that a program reads. EINVAL.
inline Result<time::Clock> clock_of(ClockId id)
{
    switch (id) {
    case ClockId::realtime:
    case ClockId::realtime_alarm:
    case ClockId::realtime_coarse: return time::Clock::realtime;
    case ClockId::monotonic:
    case ClockId::monotonic_raw:
    case ClockId::monotonic_coarse: return time::Clock::monotonic;
    case ClockId::boottime:
    case ClockId::boottime_alarm: return time::Clock::boottime;
    }
    return Errno::einval;
}

constexpr TimeSpec to_time_spec(u64 nanoseconds)
{
    return {static_cast<i64>(nanoseconds / time::nanoseconds_per_second),
            static_cast<i64>(nanoseconds % time::nanoseconds_per_second)};
}

constexpr TimeValue to_time_value(u64 nanoseconds)
{
    const TimeSpec time = to_time_spec(nanoseconds);
    return {time.seconds, time.nanoseconds / static_cast<i64>(nanoseconds_per_microsecond)};
}

/// What is too long to count is forever. EINVAL for what is not a time.
inline Result<u64> to_nanoseconds(const TimeSpec& time)
{
    if (time.seconds < 0 || time.nanoseconds < 0 || time.nanoseconds >= static_cast<i64>(time::nanoseconds_per_second))
        return Errno::einval;
    u64 result = 0;
    if (__builtin_mul_overflow(static_cast<u64>(time.seconds), time::nanoseconds_per_second, &result) ||
        __builtin_add_overflow(result, static_cast<u64>(time.nanoseconds), &result))
        return time::never;
    return result;
}

/// The same.
inline Result<u64> to_nanoseconds(const TimeValue& time)
{
    constexpr i64 microseconds_per_second = 1'000'000;
    if (time.microseconds < 0 || time.microseconds >= microseconds_per_second)
        return Errno::einval;
    return to_nanoseconds(TimeSpec{time.seconds, time.microseconds * static_cast<i64>(nanoseconds_per_microsecond)});
}

/// EINVAL for what is not a time.
inline Result<event::TimerSetting> to_timer_setting(const TimerSpec& spec)
{
    return event::TimerSetting
    {
        TRY(to_nanoseconds(spec.value))
        , TRY(to_nanoseconds(spec.interval))
    };
}
constexpr TimerSpec to_timer_spec(const event::TimerSetting& setting)
{
    return {to_time_spec(setting.interval), to_time_spec(setting.value)};
}

/// How long a call may wait: until when, by the monotonic clock. 0: it must not wait at all; time::never: for ever.
inline u64 deadline_after(u64 nanoseconds)
{
    return nanoseconds == 0 ? 0 : time::time_after(time::monotonic(), nanoseconds);
}
/// The same for one that a program gives by address; without, for ever. EFAULT, EINVAL.
inline Result<u64> deadline_of(UserIn<TimeSpec> timeout)
{
    if (timeout.is_null())
        return time::never;
    return deadline_after(TRY(to_nanoseconds(TRY(timeout.read()))));
}
/// What is left until the deadline.
inline u64 time_left(u64 deadline)
{
    const u64 now = time::monotonic();
    return deadline > now ? deadline - now : 0;
}

} // namespace kernel::syscall
