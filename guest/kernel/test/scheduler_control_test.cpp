// What can be told the scheduler while tasks run: where they run, how urgent they are, and which CPUs there are.
#include "arch/interrupts.hpp"
#include "kernel/sched/migration.hpp"
#include "kernel/test/kernel_test.hpp"
#include "kernel/test/troupe.hpp"

namespace kernel {
namespace {

using namespace test;
using sched::millisecond;
using sched::Parameters;
using sched::Policy;

unsigned cpu_of(Task& task) { return __atomic_load_n(&task.cpu, __ATOMIC_SEQ_CST); }

/// Each CPU that there is, last to first.
template <typename Function>
bool on_each_cpu(Function&& function)
{
    for (unsigned cpu = arch::max_cpus; cpu-- > 0;)
        if ((sched::online_cpus() >> cpu & 1) != 0 && !function(cpu))
            return false;
    return true;
}

bool moves_tasks_to_their_cpus()
{
    Troupe troupe;
    Task* const runs = troupe.hire("runs", spin);
    Task* const naps = troupe.hire("naps", nap);
    return on_each_cpu([&](unsigned cpu) {
        const CpuMask here = CpuMask{1} << cpu;
        for (Task* const task : {runs, naps})
            if (!check(static_cast<bool>(sched::set_affinity(*task, here)), "affinity refused"))
                return false;
        eventually([&] { return sched::is_where_allowed(*runs) && sched::is_where_allowed(*naps); });
        // The one that naps may be asleep; where it was does not count.
        const u64 before = sched::runtime_of(*naps);
        eventually([&] { return sched::runtime_of(*naps) != before; });
        return check(cpu_of(*runs) == cpu, "a running task is elsewhere") &&
               check(cpu_of(*naps) == cpu, "a sleeping task woke up elsewhere");
    });
}

bool moves_the_caller()
{
    Task& self = Task::current();
    const bool right = on_each_cpu([&](unsigned cpu) {
        return check(static_cast<bool>(sched::set_affinity(self, CpuMask{1} << cpu)), "affinity refused") &&
               check(arch::cpu_id() == cpu, "the caller is elsewhere");
    });
    return check(static_cast<bool>(sched::set_affinity(self, all_cpus)), "affinity refused") && right;
}

bool refuses_cpus_that_are_not_there()
{
    return check(sched::set_affinity(Task::current(), ~sched::online_cpus()).error() == Errno::einval, "not refused");
}

void note_cpu(void* argument) { *static_cast<unsigned*>(argument) = arch::cpu_id(); }

/// Even where a deadline task or the most urgent real-time task never sleeps.
bool stops_any_cpu()
{
    Troupe troupe;
    return on_each_cpu([&](unsigned cpu) {
        unsigned where = arch::max_cpus;
        // On the CPU of the caller a real-time task that never sleeps would have to be throttled first.
        if (cpu != 0)
            troupe.hire("urgent", spin, {.policy = Policy::fifo, .rt_priority = 99}, CpuMask{1} << cpu);
        return check(static_cast<bool>(sched::stop_one_cpu(cpu, note_cpu, &where)), "no memory") &&
               check(where == cpu, "another CPU was stopped");
    });
}

bool admits_what_can_be_kept()
{
    const Parameters half{.policy = Policy::deadline,
                          .deadline = {50 * millisecond, 100 * millisecond, 100 * millisecond}};
    const CpuMask here = CpuMask{1} << 0;
    Troupe troupe;
    Task* const first = troupe.hire("first", nap, {}, here);
    Task* const second = troupe.hire("second", nap, {}, here);
    bool right = check(static_cast<bool>(sched::set_parameters(*first, half)), "half of a CPU refused");
    right &= check(sched::set_parameters(*second, half).error() == Errno::ebusy, "a whole CPU promised");
    right &= check(sched::parameters_of(*second).policy == Policy::normal, "the refused task was changed");
    right &= check(static_cast<bool>(sched::set_parameters(*first, {})), "not made fair again");
    right &= check(static_cast<bool>(sched::set_parameters(*second, half)), "what was given back is not there");
    return right;
}

bool takes_tasks_off_a_cpu_that_goes()
{
    if (arch::online_cpu_count() == 1)
        return check(sched::cpu_offline(0).error() == Errno::ebusy, "the last CPU went");
    Troupe troupe;
    Task* tasks[8] = {};
    for (Task*& task : tasks)
        task = troupe.hire("stays", spin);
    const CpuMask all = sched::online_cpus();
    for (unsigned round = 0; round < 3; ++round) {
        const unsigned cpu = round % 2 == 0 ? 1 : 0;
        if (!check(static_cast<bool>(sched::cpu_offline(cpu)), "it does not go"))
            return false;
        for (Task* const task : tasks) {
            const u64 before = sched::runtime_of(*task);
            eventually([&] { return sched::runtime_of(*task) != before; });
            if (!check(cpu_of(*task) != cpu, "a task stayed"))
                return false;
        }
        sched::cpu_online(cpu);
    }
    return check(sched::online_cpus() == all, "a CPU is missing");
}

} // namespace

KERNEL_TEST(control_affinity, moves_tasks_to_their_cpus);
KERNEL_TEST(control_own_affinity, moves_the_caller);
KERNEL_TEST(control_no_such_cpu, refuses_cpus_that_are_not_there);
KERNEL_TEST(control_stop, stops_any_cpu);
KERNEL_TEST(control_admission, admits_what_can_be_kept);
KERNEL_TEST(control_unplug, takes_tasks_off_a_cpu_that_goes);

} // namespace kernel
