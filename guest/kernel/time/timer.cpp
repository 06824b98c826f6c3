#include "kernel/time/timer.hpp"

#include "arch/clock.hpp"
#include "arch/cpu.hpp"
#include "arch/interrupts.hpp"
#include "kernel/init/boot_step.hpp"
#include "kernel/sync/spin_lock.hpp"
#include "kernel/time/timer_interrupt.hpp"
#include "kernel/time/timer_queue.hpp"
#include "lib/late.hpp"
#include "lib/locked.hpp"

#include <algorithm>
#include <array>

namespace kernel::time {
namespace {

/// A CPU's timers and tick. Lock order: innermost; no timer runs while it is held.
struct CpuTimers {
    TimerQueue queue;
    Timer* running = nullptr; ///< its `expired` is being called
    u64 armed = TimerQueue::never;
    u64 next_tick = TimerQueue::never;
    bool tick_wanted = false;
};
using LockedTimers = Locked<CpuTimers, IrqSafe>;

std::array<Late<LockedTimers>, arch::max_cpus> cpus;
void (*tick_handler)() = nullptr; ///< set once, before there is a tick

void set_up_timers()
{
    for (unsigned cpu = 0; cpu < arch::cpu_count(); ++cpu)
        cpus[cpu].construct();
}

BOOT_STEP(timers, NEEDS("local_apic"), PROVIDES("timers"), set_up_timers);

/// Has the hardware interrupt this CPU in time for its next deadline. Never later than it was armed for: to come in
/// vain costs less than to arm it twice.
void arm(CpuTimers& timers)
{
    const u64 deadline = std::min(timers.queue.next_deadline(), timers.next_tick);
    if (deadline >= timers.armed)
        return;
    timers.armed = deadline;
    arch::arm_timer(deadline);
}

/// Whether the tick is due; if so the next is set.
bool take_tick(CpuTimers& timers, u64 now)
{
    if (timers.next_tick > now)
        return false;
    timers.next_tick = timers.tick_wanted ? now + tick_nanoseconds : TimerQueue::never;
    return timers.tick_wanted;
}

/// Calls what has expired, one at a time, each outside the lock.
void run_expired(LockedTimers& cpu, u64 now)
{
    for (;;) {
        Timer* const timer = cpu.with([&](CpuTimers& timers) {
            timers.running = timers.queue.pop_expired(now);
            return timers.running;
        });
        if (timer == nullptr)
            return;
        TimerQueue::expire(*timer);
    }
}

} // namespace

void start(Timer& timer, u64 deadline)
{
    const arch::InterruptsOff off;
    cancel(timer);
    const unsigned cpu = arch::cpu_id();
    cpus[cpu]->with([&](CpuTimers& timers) {
        TimerQueue::set_cpu(timer, cpu);
        timers.queue.insert(timer, deadline);
        arm(timers);
    });
}

bool cancel(Timer& timer)
{
    const arch::InterruptsOff off;
    const unsigned cpu = TimerQueue::cpu_of(timer);
    for (;;) {
        bool running = false;
        const bool removed = cpus[cpu]->with([&](CpuTimers& timers) {
            running = timers.running == &timer;
            return timers.queue.remove(timer);
        });
        // On this CPU it can only be running if it is itself that calls.
        if (removed || !running || cpu == arch::cpu_id())
            return removed;
        arch::relax();
    }
}

void set_tick_handler(void (*handler)()) { tick_handler = handler; }

void want_tick(bool wanted)
{
    cpus[arch::cpu_id()]->with([&](CpuTimers& timers) {
        timers.tick_wanted = wanted;
        if (!wanted || timers.next_tick != TimerQueue::never)
            return; // a tick that nobody wants any more comes once, in vain
        timers.next_tick = arch::monotonic_nanoseconds() + tick_nanoseconds;
        arm(timers);
    });
}

void on_timer_interrupt()
{
    LockedTimers& cpu = *cpus[arch::cpu_id()];
    const u64 now = arch::monotonic_nanoseconds();
    run_expired(cpu, now);
    const bool tick = cpu.with([&](CpuTimers& timers) {
        const bool due = take_tick(timers, now);
        timers.armed = TimerQueue::never;
        arm(timers);
        return due;
    });
    if (tick && tick_handler != nullptr)
        tick_handler();
}

} // namespace kernel::time
