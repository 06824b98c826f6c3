#include "kernel/sched/parameters.hpp"

#include "kernel/sched/cpu_state.hpp"
#include "kernel/sched/deadline_admission.hpp"
#include "kernel/sched/migration.hpp"
#include "kernel/sched/schedule.hpp"

#include <algorithm>

namespace kernel::sched {
namespace {

/// Lock order: before the run queues. Held by whoever changes a task's class, so that one does at a time.
constinit Locked<DeadlineAdmission, IrqSafe> admission;

bool is_valid(const Parameters& parameters)
{
    switch (parameters.policy) {
    case Policy::normal:
    case Policy::batch:
    case Policy::idle:
        return parameters.rt_priority == 0 && parameters.nice >= lowest_nice && parameters.nice <= highest_nice;
    case Policy::fifo:
    case Policy::round_robin:
        return parameters.rt_priority >= lowest_rt_priority && parameters.rt_priority <= highest_rt_priority;
    case Policy::deadline: return parameters.rt_priority == 0 && is_valid(parameters.deadline);
    default: return false;
    }
}

u32 weight_for(Policy policy, int nice) { return policy == Policy::idle ? idle_policy_weight : weight_of_nice(nice); }

void apply(Scheduling& sched, const Parameters& parameters)
{
    sched.policy = parameters.policy;
    sched.class_id = class_of(parameters.policy);
    sched.reset_on_fork = parameters.reset_on_fork;
    sched.rt_priority = static_cast<u8>(parameters.rt_priority);
    if (sched.class_id == ClassId::fair)
        sched.nice = parameters.nice;
    if (sched.class_id == ClassId::deadline)
        sched.deadline.parameters = parameters.deadline;
    sched.fair.weight = weight_for(parameters.policy, sched.nice);
}

/// Has `change` made to the task, and whoever should run then do so.
template <typename Change>
void change_task(Task& task, Change&& change)
{
    const arch::InterruptsOff masked;
    with_queue_of(task, clock(), [&](CpuState& cpu, RunQueue& queue) {
        const bool choose_anew = queue.change(task, change);
        publish(cpu, queue);
        if (choose_anew) {
            arch::set_need_resched(cpu.id);
            if (cpu.id != arch::cpu_id())
                arch::send_reschedule(cpu.id);
        }
    });
}

/// Promises the task the bandwidth that it is to have, in place of what it had: its new home. EBUSY.
Result<void> change_reservation(DeadlineAdmission& all, Task& task, const Parameters& parameters)
{
    DeadlineEntity& entity = task.sched.deadline;
    const u64 needed = parameters.policy == Policy::deadline ? DeadlineAdmission::bandwidth_of(parameters.deadline) : 0;
    all.release(entity.home, entity.bandwidth);
    if (needed != 0) {
        const auto home = all.reserve(needed, task.affinity & online_cpus());
        if (!home) {
            all.reserve(entity.bandwidth, CpuMask{1} << entity.home); // as it was
            return Errno::ebusy;
        }
        entity.home = *home;
    }
    entity.bandwidth = needed;
    return {};
}

} // namespace

Result<void> set_parameters(Task& task, const Parameters& parameters)
{
    if (!is_valid(parameters) || task.sched.class_id == ClassId::stop)
        return Errno::einval;
    TRY(admission.with([&](DeadlineAdmission& all) -> Result<void> {
        TRY(change_reservation(all, task, parameters));
        change_task(task, [&] { apply(task.sched, parameters); });
        return {};
    }));
    move_where_allowed(task);
    return {};
}

Parameters parameters_of(Task& task)
{
    Parameters result;
    const arch::InterruptsOff masked;
    with_queue_of(task, clock(), [&](CpuState&, RunQueue&) {
        result = {task.sched.policy, task.sched.nice, task.sched.rt_priority, task.sched.reset_on_fork,
                  task.sched.deadline.parameters};
    });
    return result;
}

Result<void> inherit_scheduling(Task& child)
{
    Task& parent = Task::current();
    child.affinity = parent.bound ? all_cpus : parent.affinity;
    const Scheduling& from = parent.sched; // others may change it, as they may change the child later
    Parameters parameters{from.policy, from.nice, from.rt_priority, false, {}};
    if (from.reset_on_fork) {
        if (from.class_id != ClassId::fair)
            parameters = Parameters{};
        parameters.nice = std::max(parameters.nice, 0);
    } else if (from.class_id == ClassId::deadline) {
        return Errno::eagain;
    }
    apply(child.sched, parameters);
    child.sched.nice = parameters.nice;
    child.sched.fair.weight = weight_for(parameters.policy, parameters.nice);
    return {};
}

void set_nice(Task& task, int nice)
{
    admission.with([&](DeadlineAdmission&) {
        change_task(task, [&] {
            task.sched.nice = std::clamp(nice, lowest_nice, highest_nice);
            task.sched.fair.weight = weight_for(task.sched.policy, task.sched.nice);
        });
    });
}

Result<void> set_affinity(Task& task, CpuMask cpus)
{
    if ((cpus & online_cpus()) == 0)
        return Errno::einval;
    TRY(admission.with([&](DeadlineAdmission&) -> Result<void> {
        if (task.sched.deadline.bandwidth != 0 && (cpus >> task.sched.deadline.home & 1) == 0)
            return Errno::ebusy;
        const arch::InterruptsOff masked;
        with_queue_of(task, clock(), [&](CpuState&, RunQueue&) { task.affinity = cpus; });
        return {};
    }));
    move_where_allowed(task);
    return {};
}

u64 slice_of(Task& task)
{
    u64 slice = 0;
    const arch::InterruptsOff masked;
    with_queue_of(task, clock(), [&](CpuState&, RunQueue& queue) { slice = queue.slice_of(task); });
    return slice;
}

u64 runtime_of(Task& task)
{
    u64 runtime = 0;
    const arch::InterruptsOff masked;
    with_queue_of(task, clock(), [&](CpuState&, RunQueue&) { runtime = task.sched.statistics.runtime; });
    return runtime;
}

void end_reservation(Task& task)
{
    admission.with([&](DeadlineAdmission& all) {
        all.release(task.sched.deadline.home, task.sched.deadline.bandwidth);
        task.sched.deadline.bandwidth = 0;
    });
}

bool has_reservations(unsigned cpu)
{
    return admission.with([&](DeadlineAdmission& all) { return all.reserved(cpu) != 0; });
}

} // namespace kernel::sched
