#include "kernel/time/cpu_events.hpp"

#include "arch/cpu.hpp"
#include "kernel/time/clock_event.hpp"
#include "kernel/time/tick.hpp"
#include "kernel/time/timekeeping.hpp"
#include "kernel/time/timer_interrupt.hpp"

#include <array>

namespace kernel::time {
namespace {

constinit std::array<CpuEvents, arch::max_cpus> cpus{};
constinit const ClockEventDevice* device = nullptr; ///< set once, before there is a timer
void (*tick_handler)() = nullptr;                   ///< set once, before there is a tick

/// Whether the tick is due; if so the next is set.
bool take_tick(CpuEvents& events, u64 now)
{
    if (events.next_tick > now)
        return false;
    events.next_tick = events.tick_wanted ? now + tick_nanoseconds : never;
    return events.tick_wanted;
}

} // namespace

CpuEvents& this_cpu_events() { return cpus[arch::cpu_id()]; }

void set_clock_event_device(const ClockEventDevice& chosen) { device = &chosen; }
const ClockEventDevice& clock_event_device() { return *device; }

namespace {

void arm_at(u64 now, CpuEvents& events, u64 deadline)
{
    events.armed = deadline;
    device->set_next_event(device->ticks_for(deadline > now ? deadline - now : 0));
}

/// When the interrupt that began at `begin` and is over at `end` is to be followed by the next: at `due`, unless that
/// is past already, again and again. Then timers expire faster than they can be served, and what they interrupt would
/// never go on: it gets as much time as the interrupt took (Linux's hrtimer_interrupt does so, too).
u64 next_interrupt(CpuEvents& events, u64 begin, u64 end, u64 due)
{
    constexpr unsigned max_in_a_row = 3;
    constexpr u64 longest_delay = 100'000'000;
    if (due > end) {
        events.late_in_a_row = 0;
        return due;
    }
    if (++events.late_in_a_row <= max_in_a_row)
        return due;
    return end + std::min(end - begin, longest_delay);
}

} // namespace

void arm(CpuEvents& events, u64 deadline) { arm_at(monotonic(), events, deadline); }

void set_tick_handler(void (*handler)()) { tick_handler = handler; }

void want_tick(bool wanted)
{
    CpuEvents& events = this_cpu_events();
    events.tick_wanted = wanted;
    if (!wanted || events.next_tick != never)
        return;
    events.next_tick = monotonic() + tick_nanoseconds;
    arm_by(events, events.next_tick);
}

u64 armed_event(unsigned cpu) { return __atomic_load_n(&cpus[cpu].armed, __ATOMIC_RELAXED); }

void forget_events(unsigned dead_cpu) { cpus[dead_cpu] = {}; }

void on_timer_interrupt()
{
    CpuEvents& events = this_cpu_events();
    const u64 now = monotonic();
    events.armed = 0;
    const u64 next_timer = run_expired_timers(now);
    if (events.next_wheel <= now) {
        events.next_wheel = never;
        on_wheel_due();
    }
    if (take_tick(events, now) && tick_handler != nullptr)
        tick_handler();
    events.armed = never;
    const u64 next = std::min({next_timer, events.next_tick, events.next_wheel});
    if (next == never)
        return;
    const u64 end = monotonic();
    arm_at(end, events, next_interrupt(events, now, end, next));
}

} // namespace kernel::time
