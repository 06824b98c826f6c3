// Real-time tasks run wherever there is a CPU that does something less urgent: pushed there, or pulled. Each test is
// over only when a task has run that would otherwise wait for ever behind one that does not end before.
#include "kernel/sched/cpu_state.hpp"
#include "kernel/sched/realtime_bandwidth.hpp"
#include "kernel/test/kernel_test.hpp"
#include "kernel/test/troupe.hpp"

namespace kernel {
namespace {

using namespace test;
using sched::Migration;
using sched::Parameters;
using sched::Policy;

constexpr CpuMask both = 0b11;

Parameters fifo(unsigned priority) { return {.policy = Policy::fifo, .rt_priority = priority}; }

/// The test itself goes before all others, on the first CPU, and no real-time task is held back.
class Leader {
public:
    Leader()
    {
        sched::realtime_limit.runtime = sched::realtime_limit.period;
        check(sched::set_parameters(Task::current(), fifo(99)) && sched::set_affinity(Task::current(), 0b01),
              "the leader cannot lead");
    }
    ~Leader()
    {
        check(sched::set_parameters(Task::current(), {}) && sched::set_affinity(Task::current(), all_cpus),
              "the leader cannot follow");
        sched::realtime_limit = {};
    }
    Leader(const Leader&) = delete;
    Leader& operator=(const Leader&) = delete;
};

u64 migrations(Migration reason)
{
    u64 count = 0;
    for (CpuMask rest = sched::online_cpus(); rest != 0; rest &= rest - 1)
        sched::cpu_state(static_cast<unsigned>(__builtin_ctz(rest))).queue.with([&](sched::RunQueue& queue) {
            count += queue.statistics().migrations_in[static_cast<unsigned>(reason)];
        });
    return count;
}

void until_it_runs(Task& task)
{
    const u64 before = sched::runtime_of(task);
    while (sched::runtime_of(task) == before)
        sleep_for(5 * sched::millisecond);
}

/// A more urgent one comes to the CPU of a real-time task, and stays; the other CPU has only fair work.
bool pushes_what_is_preempted()
{
    if ((sched::online_cpus() & both) != both)
        return true;
    const Leader leader;
    Troupe troupe;
    Task* const fair = troupe.hire("fair", spin, {}, 0b10);
    Task* const pushed = troupe.hire("pushed", spin, fifo(20), 0b01);
    if (fair == nullptr || pushed == nullptr)
        return false;
    until_it_runs(*pushed);
    const u64 before = migrations(Migration::realtime_push) + migrations(Migration::realtime_pull);
    if (!check(static_cast<bool>(sched::set_affinity(*pushed, both)), "affinity refused"))
        return false;
    Task* const urgent = troupe.hire("urgent", spin, fifo(30), 0b01);
    if (urgent == nullptr)
        return false;
    until_it_runs(*urgent);
    until_it_runs(*pushed);
    // The leader preempts it, too. And should the other CPU switch meanwhile, then that one pulls.
    return check(migrations(Migration::realtime_push) + migrations(Migration::realtime_pull) > before,
                 "what was preempted was not pushed");
}
KERNEL_TEST(realtime_push, pushes_what_is_preempted);

constinit Counter sleep_wanted;

/// Sleeps when it is told to, until the end.
void spin_then_sleep(Troupe& troupe)
{
    while (sleep_wanted.get() == 0)
        arch::relax();
    while (troupe.goes_on())
        sleep_for(20 * sched::millisecond);
}

/// Two CPUs run urgent tasks, and a less urgent one waits on the first, whose task does not end. When the other's
/// sleeps, the CPU has fair work, but takes the one that waits.
bool pulls_what_waits_elsewhere()
{
    if ((sched::online_cpus() & both) != both)
        return true;
    const Leader leader;
    sleep_wanted.set(0);
    Troupe troupe;
    Task* const fair = troupe.hire("fair", spin, {}, 0b10);
    Task* const stays = troupe.hire("stays", spin, fifo(30), 0b01);
    Task* const sleeps = troupe.hire("sleeps", spin_then_sleep, fifo(30), 0b10);
    if (fair == nullptr || stays == nullptr || sleeps == nullptr)
        return false;
    until_it_runs(*stays);
    until_it_runs(*sleeps);
    Task* const waits = troupe.hire("waits", spin, fifo(20), 0b01);
    const u64 before = migrations(Migration::realtime_pull);
    if (waits == nullptr || !check(static_cast<bool>(sched::set_affinity(*waits, both)), "affinity refused"))
        return false;
    sleep_wanted.set(1);
    until_it_runs(*waits);
    return check(migrations(Migration::realtime_pull) > before, "what waited elsewhere was not pulled");
}
KERNEL_TEST(realtime_pull, pulls_what_waits_elsewhere);

} // namespace
} // namespace kernel
