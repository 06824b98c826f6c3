// High-resolution timers. A timer belongs to the queue of the CPU in its cpu_, also while it is not pending: who holds
// that queue's lock may change the timer. It moves to the CPU that starts it, unless its `expired` runs at that moment.
#include "kernel/time/timer.hpp"

#include "arch/cpu.hpp"
#include "arch/interrupts.hpp"
#include "kernel/init/boot_step.hpp"
#include "kernel/time/clock_watch.hpp"
#include "kernel/time/cpu_events.hpp"
#include "kernel/time/timekeeping.hpp"
#include "kernel/time/timer_base.hpp"
#include "kernel/time/timer_hotplug.hpp"
#include "kernel/time/timer_queue.hpp"
#include "lib/late.hpp"
#include "lib/locked.hpp"

#include <array>

namespace kernel::time {
namespace {

/// Lock order: innermost; no timer runs while it is held.
struct CpuTimers {
    TimerQueue queue;
    HighResolutionTimer* running = nullptr; ///< its `expired` is being called
};
using LockedTimers = Locked<CpuTimers, MaskedLock>;

std::array<Late<LockedTimers>, arch::max_cpus> cpus;

void set_up_timers()
{
    for (unsigned cpu = 0; cpu < arch::cpu_count(); ++cpu)
        cpus[cpu].construct();
    open_wheel();
    begin_clock_watch();
}

BOOT_STEP(timers, NEEDS("local_apic"), PROVIDES("timers"), set_up_timers);

enum class Started { here, there, not_yet };

/// Started on a CPU other than this one while it is being served there: that CPU looks at its queue when it has served
/// it, and arms.
Started try_start(HighResolutionTimer& timer, u64 deadline, unsigned self)
{
    return with_base_of(cpus, timer, TimerQueue::cpu_of, [&](CpuTimers& timers, unsigned cpu) {
        timers.queue.remove(timer);
        if (cpu != self && timers.running != &timer) {
            TimerQueue::set_cpu(timer, moving);
            return Started::not_yet;
        }
        timers.queue.insert(timer, deadline, offset_of(timer.clock()));
        return cpu == self ? Started::here : Started::there;
    });
}

/// Interrupts masked.
Cancelled cancel_masked(HighResolutionTimer& timer)
{
    return with_base_of(cpus, timer, TimerQueue::cpu_of, [&](CpuTimers& timers, unsigned) {
        if (timers.queue.remove(timer))
            return Cancelled::was_pending;
        return timers.running == &timer ? Cancelled::is_running : Cancelled::was_not_pending;
    });
}

} // namespace

void start(HighResolutionTimer& timer, u64 deadline)
{
    const arch::InterruptsOff off;
    const unsigned self = arch::cpu_id();
    const Started started = try_start(timer, deadline, self);
    if (started == Started::there)
        return;
    if (started == Started::not_yet)
        cpus[self]->with([&](CpuTimers& timers) {
            timers.queue.insert(timer, deadline, offset_of(timer.clock()));
            TimerQueue::set_cpu(timer, self);
        });
    const u64 offset = offset_of(timer.clock());
    arm_by(this_cpu_events(), deadline > offset ? deadline - offset : 0);
}

void start_after(HighResolutionTimer& timer, u64 nanoseconds)
{
    start(timer, time_after(now(timer.clock()), nanoseconds));
}

Cancelled try_cancel(HighResolutionTimer& timer)
{
    const arch::InterruptsOff off;
    return cancel_masked(timer);
}

bool cancel(HighResolutionTimer& timer)
{
    for (;; arch::relax()) {
        const arch::InterruptsOff off; // or the timer's CPU might become this one between the two looks
        const Cancelled result = cancel_masked(timer);
        // On this CPU it can only be running if it is itself that calls.
        if (result != Cancelled::is_running || TimerQueue::cpu_of(timer) == arch::cpu_id())
            return result == Cancelled::was_pending;
    }
}

Forwarded forward(const HighResolutionTimer& timer, u64 now, u64 interval)
{
    if (now < timer.deadline())
        return {timer.deadline(), 0};
    const u64 overruns = (now - timer.deadline()) / interval + 1;
    return {timer.deadline() + overruns * interval, overruns};
}

unsigned copy_pending(unsigned cpu, Clock clock, unsigned skip, std::span<PendingTimer> timers)
{
    unsigned seen = 0;
    unsigned count = 0;
    const arch::InterruptsOff off;
    cpus[cpu]->with([&](const CpuTimers& all) {
        all.queue.for_each(clock, [&](u64 deadline, void (*expired)(HighResolutionTimer&)) {
            if (seen++ >= skip)
                timers[count++] = {deadline, reinterpret_cast<u64>(expired)};
            return count < timers.size();
        });
    });
    return count;
}

u64 run_expired_timers(u64 now)
{
    LockedTimers& cpu = *cpus[arch::cpu_id()];
    for (;;) {
        u64 next = 0;
        HighResolutionTimer* const timer = cpu.with([&](CpuTimers& timers) {
            timers.running = timers.queue.pop_expired(now);
            if (timers.running == nullptr)
                next = timers.queue.next_deadline();
            return timers.running;
        });
        if (timer == nullptr)
            return next;
        TimerQueue::expire(*timer);
    }
}

void adopt_realtime_offset()
{
    const arch::InterruptsOff off;
    cpus[arch::cpu_id()]->with([](CpuTimers& timers) {
        timers.queue.set_offset(Clock::realtime, offset_of(Clock::realtime));
        arm_by(this_cpu_events(), timers.queue.next_deadline());
    });
}

void take_over_timers(unsigned dead_cpu)
{
    const arch::InterruptsOff off;
    const unsigned self = arch::cpu_id();
    forget_events(dead_cpu);
    cpus[self]->with([&](CpuTimers& mine) {
        // The only place that holds two such locks, and one CPU goes at a time.
        cpus[dead_cpu]->with_nested([&](CpuTimers& its) { mine.queue.take_from(its.queue, self); });
        arm_by(this_cpu_events(), mine.queue.next_deadline());
    });
}

} // namespace kernel::time
