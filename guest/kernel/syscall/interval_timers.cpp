// alarm(2) and the real-time one of setitimer(2).
#include "kernel/proc/process.hpp"
#include "kernel/proc/real_timer.hpp"
#include "kernel/syscall/syscalls.hpp"
#include "kernel/syscall/time_values.hpp"

namespace kernel::syscall {
namespace {

constexpr u32 real = 0; ///< ITIMER_REAL

IntervalValue to_interval(const event::TimerSetting& setting)
{
    return {to_time_value(setting.interval), to_time_value(setting.value)};
}

} // namespace

SyscallResult sys_setitimer(u32 which, UserIn<IntervalValue> setting, UserOut<IntervalValue> old)
{
    event::TimerSetting fresh{};
    if (!setting.is_null()) {
        const IntervalValue wanted = TRY(setting.read());
        fresh = { TRY(to_nanoseconds(wanted.value)), TRY(to_nanoseconds(wanted.interval)) };
    }
    if (which != real)
        return Errno::einval;
    const auto before = TRY(proc::set_real_timer(fresh));
    TRY(old.write_if_wanted(to_interval(before)));
    return 0;
}

SyscallResult sys_getitimer(u32 which, UserOut<IntervalValue> setting)
{
    if (which != real)
        return Errno::einval;
    TRY(setting.write(to_interval(proc::real_timer())));
    return 0;
}

SyscallResult sys_alarm(u32 seconds)
{
    const auto before = TRY(proc::set_real_timer({seconds * time::nanoseconds_per_second, 0}));
    const u64 rest = before.value % time::nanoseconds_per_second;
    const u64 whole = before.value / time::nanoseconds_per_second;
    const bool up = rest >= time::nanoseconds_per_second / 2 || (whole == 0 && rest != 0);
    return static_cast<i64>(whole + (up ? 1 : 0));
}

} // namespace kernel::syscall
