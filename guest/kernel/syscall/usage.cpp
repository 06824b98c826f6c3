#include "kernel/syscall/usage.hpp"

#include "arch/clock.hpp"
#include "kernel/proc/process_table.hpp"
#include "kernel/syscall/syscalls.hpp"
#include "kernel/syscall/time_values.hpp"

namespace kernel::syscall {
namespace {

constexpr u64 nanoseconds_per_tick = time::nanoseconds_per_second / 100; ///< USER_HZ

sched::Usage usage_of_process()
{
    return proc::processes().with([](proc::ProcessTable&) { return proc::usage_of(Process::current()); });
}

sched::Usage usage_of_children()
{
    return proc::processes().with([](proc::ProcessTable&) { return Process::current().waited_children; });
}

i64 to_ticks(u64 nanoseconds) { return static_cast<i64>(nanoseconds / nanoseconds_per_tick); }

} // namespace

ResourceUsage to_resource_usage(const sched::Usage& usage)
{
    ResourceUsage result{};
    result.user = to_time_value(usage.user);
    result.system = to_time_value(usage.system);
    result.voluntary_switches = static_cast<i64>(usage.voluntary_switches);
    result.involuntary_switches = static_cast<i64>(usage.involuntary_switches);
    return result;
}

SyscallResult sys_getrusage(i32 who, UserOut<ResourceUsage> result)
{
    enum : i32 { children = -1, self = 0, thread = 1 };
    sched::Usage usage{};
    switch (who) {
    case children: usage = usage_of_children(); break;
    case self: usage = usage_of_process(); break;
    case thread: usage = sched::usage_of(Task::current()); break;
    default: return Errno::einval;
    }
    TRY(result.write(to_resource_usage(usage)));
    return 0;
}

SyscallResult sys_times(UserOut<ProcessTimes> result)
{
    const sched::Usage own = usage_of_process();
    const sched::Usage children = usage_of_children();
    TRY(result.write_if_wanted(
        {to_ticks(own.user), to_ticks(own.system), to_ticks(children.user), to_ticks(children.system)}));
    return to_ticks(arch::monotonic_nanoseconds());
}

} // namespace kernel::syscall
