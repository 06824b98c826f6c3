#include "kernel/sched/usage.hpp"
#include "arch/clock.hpp"
#include "kernel/syscall/syscalls.hpp"

namespace kernel::syscall {
namespace {

constexpr u64 nanoseconds_per_second = 1'000'000'000;
constexpr u64 nanoseconds_per_tick = nanoseconds_per_second / 100; ///< USER_HZ

TimeValue to_time_value(u64 nanoseconds)
{
    return {static_cast<i64>(nanoseconds / nanoseconds_per_second),
            static_cast<i64>(nanoseconds % nanoseconds_per_second / 1000)};
}

} // namespace

/// A process has one thread, and no children.
SyscallResult sys_getrusage(i32 who, UserOut<ResourceUsage> result)
{
    enum : i32 { children = -1, self = 0, thread = 1 };
    if (who < children || who > thread)
        return Errno::einval;
    ResourceUsage usage{};
    if (who != children) {
        const sched::Usage own = sched::usage_of(Task::current());
        usage.user = to_time_value(own.user);
        usage.system = to_time_value(own.system);
        usage.voluntary_switches = static_cast<i64>(own.voluntary_switches);
        usage.involuntary_switches = static_cast<i64>(own.involuntary_switches);
    }
    TRY(result.write(usage));
    return 0;
}

SyscallResult sys_times(UserOut<ProcessTimes> result)
{
    const sched::Usage own = sched::usage_of(Task::current());
    TRY(result.write_if_wanted({static_cast<i64>(own.user / nanoseconds_per_tick),
                                static_cast<i64>(own.system / nanoseconds_per_tick), 0, 0}));
    return static_cast<i64>(arch::monotonic_nanoseconds() / nanoseconds_per_tick);
}

} // namespace kernel::syscall
