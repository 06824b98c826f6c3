// What keeps CPUs busy and tasks asleep for long, and is all right: neither detector minds.
#include "kernel/debug/lockup_watch.hpp"
#include "kernel/debug/watchdog.hpp"
#include "kernel/sync/completion.hpp"
#include "kernel/test/kernel_test.hpp"
#include "kernel/test/troupe.hpp"

namespace kernel::test {
namespace {

/// A task that always sleeps uninterruptibly, but never for long: another wakes it.
Completion ping;

void wait_for_pings(Troupe& troupe)
{
    while (troupe.goes_on())
        ping.wait();
}

void send_pings(Troupe& troupe)
{
    while (troupe.goes_on()) {
        sleep_for(sched::millisecond);
        ping.complete();
    }
    ping.complete(); // for one who has begun to wait once more
}

/// Sleeps all the time, but a signal could end it.
Completion never;

void wait_interruptibly(Troupe&) { static_cast<void>(never.wait({.state = TaskState::interruptible})); }

/// Twice as long as either would take to find something.
bool detectors_have_looked()
{
    for (CpuMask left = sched::online_cpus(); left != 0; left &= left - 1)
        if (debug::lockup_samples(static_cast<unsigned>(__builtin_ctz(left))) < 2 * debug::LockupWatch::limit)
            return false;
    return debug::hung_task_looks() > 2 * debug::SleepWatch::limit;
}

bool nothing_is_found_in_good_health()
{
    {
        Troupe troupe;
        for (CpuMask left = sched::online_cpus(); left != 0; left &= left - 1)
            troupe.hire("spin", spin, {}, left & -left);
        troupe.hire("wait", wait_for_pings);
        troupe.hire("send", send_pings);
        troupe.hire("sleep", wait_interruptibly);
        while (!detectors_have_looked())
            sleep_for(100 * sched::millisecond);
        never.complete();
    }
    return check(debug::lockup_reports() == 0, "a soft lockup was reported") &&
           check(debug::hung_task_reports() == 0, "a hung task was reported");
}

} // namespace

KERNEL_TEST(watchdog, nothing_is_found_in_good_health);

} // namespace kernel::test
