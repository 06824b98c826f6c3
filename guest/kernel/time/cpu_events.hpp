#pragma once

#include "kernel/time/clock.hpp"

#include <algorithm>
#include <span>

/// When a CPU's clock event device is to interrupt it next, and for what; for the files of kernel/time.
namespace kernel::time {

/// A CPU's; touched by that CPU only, interrupts masked: it needs no lock.
struct CpuEvents {
    u64 armed = never; ///< what the hardware is set for; 0 while the interrupt is being served: it is set afterwards
    u64 next_tick = never;  ///< monotonic
    u64 next_wheel = never; ///< when the timer wheel has something to do
    bool tick_wanted = false;
    unsigned late_in_a_row = 0; ///< timer interrupts after which the next one was due already
};

/// This CPU's.
CpuEvents& this_cpu_events();

/// Has the hardware interrupt this CPU in time for `deadline` (monotonic).
void arm(CpuEvents& events, u64 deadline);
/// The same, if it does not do so yet. Never later than it was armed for: to come in vain costs less than to arm it
/// twice.
inline void arm_by(CpuEvents& events, u64 deadline)
{
    if (deadline < events.armed)
        arm(events, deadline);
}

/// Of a CPU that does not run any more: it takes no interrupt, and starts afresh.
void forget_events(unsigned dead_cpu);

/// What a CPU's hardware is set for, as far as another can tell: see CpuEvents::armed.
u64 armed_event(unsigned cpu);

/// A pending high-resolution timer, to be shown.
struct PendingTimer {
    u64 deadline = 0; ///< by its clock
    u64 function = 0; ///< the address of its `expired`
};
/// Copies a CPU's timers of a clock, in order, all but the first `skip`, as far as there is room. How many.
unsigned copy_pending(unsigned cpu, Clock clock, unsigned skip, std::span<PendingTimer> timers);

/// Runs this CPU's high-resolution timers that have expired at `now`. When the next does.
u64 run_expired_timers(u64 now);
/// The wheel's time has come on this CPU.
void on_wheel_due();
/// Before the first timer.
void open_wheel();

} // namespace kernel::time
