#include "kernel/sched/parameters.hpp"
#include "kernel/sched/schedule.hpp"
#include "kernel/sched/task_table.hpp"
#include "kernel/syscall/syscalls.hpp"
#include "kernel/syscall/time_values.hpp"

#include <algorithm>
#include <optional>

/// sched(7), by Linux's rules for root: there is one user, who may everything.
namespace kernel::syscall {
namespace {

using sched::Parameters;
using sched::Policy;

constexpr u32 reset_on_fork_in_policy = 0x4000'0000; ///< SCHED_RESET_ON_FORK
/// SCHED_FLAG_* of sched_attr.
enum : u64 {
    flag_reset_on_fork = 0x01,
    flag_reclaim = 0x02,
    flag_deadline_overrun = 0x04,
    flag_keep_policy = 0x08,
    flag_keep_parameters = 0x10,
    flag_least_utilisation = 0x20,
    flag_most_utilisation = 0x40,
    all_flags = 0x7f
};

std::optional<Policy> policy_of(u32 number)
{
    for (const Policy policy :
         {Policy::normal, Policy::fifo, Policy::round_robin, Policy::batch, Policy::idle, Policy::deadline})
        if (static_cast<u32>(policy) == number)
            return policy;
    return std::nullopt;
}

/// `function(task)`'s result. A negative PID is EINVAL, one that nobody has ESRCH.
template <typename Function>
Result<void> with_task(i32 pid, Function&& function)
{
    if (pid < 0)
        return Errno::einval;
    std::optional<Result<void>> result;
    sched::with_task(static_cast<Pid>(pid), [&](Task& task) { result = function(task); });
    return result ? *result : Errno::esrch;
}

Result<Parameters> parameters_of(i32 pid)
{
    Parameters parameters;
    TRY(with_task(pid, [&](Task& task) -> Result<void> {
        parameters = sched::parameters_of(task);
        return {};
    }));
    return parameters;
}

Result<void> set_parameters(i32 pid, const Parameters& parameters)
{
    return with_task(pid, [&](Task& task) { return sched::set_parameters(task, parameters); });
}

bool is_realtime(Policy policy) { return sched::class_of(policy) == sched::ClassId::realtime; }
bool is_fair(Policy policy) { return sched::class_of(policy) == sched::ClassId::fair; }

/// What sched_setattr(2) says, in place of `before`.
Result<Parameters> parameters_from(const SchedAttributes& attributes, const Parameters& before)
{
    Parameters result = before;
    if ((attributes.flags & flag_keep_policy) == 0) {
        const auto policy = policy_of(attributes.policy);
        if (!policy)
            return Errno::einval;
        result.policy = *policy;
        result.reset_on_fork = (attributes.flags & flag_reset_on_fork) != 0;
    }
    if ((attributes.flags & flag_keep_parameters) != 0)
        return result;
    result.rt_priority = attributes.priority;
    if (is_fair(result.policy))
        result.nice = std::clamp(attributes.nice, sched::lowest_nice, sched::highest_nice);
    const u64 period = attributes.period == 0 ? attributes.deadline : attributes.period;
    if (result.policy == Policy::deadline)
        result.deadline = {attributes.runtime, attributes.deadline, period};
    return result;
}

/// Reads as many bytes as the caller says there are, and tells it how many are known when there are too many that
/// matter.
Result<SchedAttributes> read_attributes(UserBytes user)
{
    constexpr u32 most = page_size;
    u32 size = TRY(UserIn<u32>{user.address}.read());
    if (size == 0)
        size = SchedAttributes::first_size;
    const auto refuse = [&]() -> Errno {
        const u32 known = sizeof(SchedAttributes);
        const auto told = user.write(std::as_bytes(std::span{&known, 1}));
        return told ? Errno::e2big : told.error();
    };
    if (size < SchedAttributes::first_size || size > most)
        return refuse();
    SchedAttributes attributes{};
    const u32 known = std::min<u32>(size, sizeof attributes);
    TRY(user.read(std::as_writable_bytes(std::span{&attributes, 1}).first(known)));
    for (u32 at = known; at < size; ++at)
        if (TRY(UserIn<u8>{user.address + at}.read()) != 0)
            return refuse();
    return attributes;
}

/// Returns once the task has left the CPUs that it may not run on any more.
void wait_for_move(i32 pid)
{
    for (bool arrived = false; !arrived;) {
        arrived = true; // a task that is gone runs nowhere
        sched::with_task(static_cast<Pid>(pid), [&](Task& task) { arrived = sched::is_where_allowed(task); });
        if (!arrived)
            sched::yield();
    }
}

/// PRIO_PROCESS and so on. Calls `function(task)` for each that is meant; ESRCH when none is.
template <typename Function>
Result<void> for_each_meant(u32 which, u32 who, Function&& function)
{
    enum : u32 { process = 0, process_group = 1, user = 2 };
    if (which > user)
        return Errno::einval;
    // There is one process group, and one user, to whom all tasks belong.
    if (which != user && (which == process || who == 0 || who == Task::current().pid()))
        return with_task(static_cast<i32>(std::min<u32>(who, 0x7fff'ffff)), [&](Task& task) -> Result<void> {
            function(task);
            return {};
        });
    if (which == process_group || who != 0)
        return Errno::esrch;
    sched::task_table().with([&](sched::TaskTable& table) {
        for (Task& task : table)
            function(task);
    });
    return {};
}

} // namespace

SyscallResult sys_sched_yield()
{
    sched::yield();
    return 0;
}

SyscallResult sys_sched_setscheduler(i32 pid, i32 policy, UserIn<SchedParam> param)
{
    if (policy < 0 || pid < 0 || param.is_null())
        return Errno::einval;
    const i32 priority = TRY(param.read())
    .priority;
    Parameters parameters = TRY(parameters_of(pid));
    const auto known = policy_of(static_cast<u32>(policy) & ~reset_on_fork_in_policy);
    if (!known || priority < 0)
        return Errno::einval;
    parameters.policy = *known;
    parameters.rt_priority = static_cast<u32>(priority);
    parameters.reset_on_fork = (static_cast<u32>(policy) & reset_on_fork_in_policy) != 0;
    parameters.deadline = {}; // that takes sched_setattr
    TRY(set_parameters(pid, parameters));
    return 0;
}

SyscallResult sys_sched_getscheduler(i32 pid)
{
    const Parameters parameters = TRY(parameters_of(pid));
    return static_cast<i64>(static_cast<u32>(parameters.policy) |
                            (parameters.reset_on_fork ? reset_on_fork_in_policy : 0));
}

SyscallResult sys_sched_setparam(i32 pid, UserIn<SchedParam> param)
{
    if (pid < 0 || param.is_null())
        return Errno::einval;
    const i32 priority = TRY(param.read())
    .priority;
    Parameters parameters = TRY(parameters_of(pid));
    if (priority < 0 || parameters.policy == Policy::deadline)
        return Errno::einval;
    parameters.rt_priority = static_cast<u32>(priority);
    TRY(set_parameters(pid, parameters));
    return 0;
}

SyscallResult sys_sched_getparam(i32 pid, UserOut<SchedParam> param)
{
    if (pid < 0 || param.is_null())
        return Errno::einval;
    const Parameters parameters = TRY(parameters_of(pid));
    TRY(param.write({static_cast<i32>(parameters.rt_priority)}));
    return 0;
}

SyscallResult sys_sched_setattr(i32 pid, UserBytes user, u32 flags)
{
    if (user.is_null() || pid < 0 || flags != 0)
        return Errno::einval;
    const SchedAttributes attributes = TRY(read_attributes(user));
    if (static_cast<i32>(attributes.policy) < 0)
        return Errno::einval;
    const Parameters before = TRY(parameters_of(pid));
    if ((attributes.flags & ~all_flags) != 0)
        return Errno::einval;
    const Parameters parameters = TRY(parameters_from(attributes, before));
    if ((attributes.flags & (flag_least_utilisation | flag_most_utilisation)) != 0)
        return Errno::eopnotsupp; // hints for CPUs that run at several speeds
    TRY(set_parameters(pid, parameters));
    return 0;
}

SyscallResult sys_sched_getattr(i32 pid, UserBytes user, u32 size, u32 flags)
{
    if (user.is_null() || pid < 0 || size > page_size || size < SchedAttributes::first_size || flags != 0)
        return Errno::einval;
    const Parameters parameters = TRY(parameters_of(pid));
    SchedAttributes attributes{};
    attributes.size = std::min<u32>(size, sizeof attributes);
    attributes.policy = static_cast<u32>(parameters.policy);
    attributes.flags = parameters.reset_on_fork ? u64{flag_reset_on_fork} : 0;
    if (is_realtime(parameters.policy))
        attributes.priority = parameters.rt_priority;
    if (is_fair(parameters.policy))
        attributes.nice = parameters.nice;
    if (parameters.policy == Policy::deadline) {
        attributes.runtime = parameters.deadline.runtime;
        attributes.deadline = parameters.deadline.deadline;
        attributes.period = parameters.deadline.period;
    }
    TRY(user.write(std::as_bytes(std::span{&attributes, 1}).first(attributes.size)));
    return 0;
}

SyscallResult sys_sched_get_priority_max(i32 policy)
{
    const auto known = policy_of(static_cast<u32>(policy));
    if (!known)
        return Errno::einval;
    return is_realtime(*known) ? sched::highest_rt_priority : 0;
}

SyscallResult sys_sched_get_priority_min(i32 policy)
{
    const auto known = policy_of(static_cast<u32>(policy));
    if (!known)
        return Errno::einval;
    return is_realtime(*known) ? sched::lowest_rt_priority : 0;
}

SyscallResult sys_sched_rr_get_interval(i32 pid, UserOut<TimeSpec> interval)
{
    u64 slice = 0;
    TRY(with_task(pid, [&](Task& task) -> Result<void> {
        slice = sched::slice_of(task);
        return {};
    }));
    TRY(interval.write(to_time_spec(slice)));
    return 0;
}

/// Bits beyond the last CPU that there could be do not matter.
SyscallResult sys_sched_setaffinity(i32 pid, u64 size, UserBytes user)
{
    u64 mask = 0;
    TRY(user.read(std::as_writable_bytes(std::span{&mask, 1}).first(std::min<u64>(size, sizeof mask))));
    if (pid < 0)
        return Errno::esrch;
    TRY(with_task(pid, [&](Task& task) -> Result<void> {
        if (task.bound)
            return Errno::einval;
        return sched::set_affinity(task, static_cast<CpuMask>(mask));
    }));
    wait_for_move(pid);
    return 0;
}

SyscallResult sys_sched_getaffinity(i32 pid, u64 size, UserBytes user)
{
    u64 allowed = 0;
    if (size < sizeof allowed || size % sizeof(u64) != 0)
        return Errno::einval;
    if (pid < 0)
        return Errno::esrch;
    TRY(with_task(pid, [&](Task& task) -> Result<void> {
        allowed = task.affinity & sched::online_cpus();
        return {};
    }));
    TRY(user.write(std::as_bytes(std::span{&allowed, 1})));
    return static_cast<i64>(sizeof allowed);
}

/// The highest priority that one of them has, as 20 - nice, so that no result is an error's number.
SyscallResult sys_getpriority(u32 which, u32 who)
{
    int lowest = sched::highest_nice;
    TRY(for_each_meant(which, who, [&](Task& task) { lowest = std::min(lowest, task.sched.nice); }));
    return 20 - lowest;
}

SyscallResult sys_setpriority(u32 which, u32 who, i32 nice)
{
    TRY(for_each_meant(which, who, [&](Task& task) { sched::set_nice(task, nice); }));
    return 0;
}

SyscallResult sys_getcpu(UserOut<u32> cpu, UserOut<u32> node)
{
    TRY(cpu.write_if_wanted(arch::cpu_id())); // true when it was read: no more can be promised
    TRY(node.write_if_wanted(0));
    return 0;
}

} // namespace kernel::syscall
