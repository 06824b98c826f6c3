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

void arm(CpuEvents& events, u64 deadline)
{
    events.armed = deadline;
    const u64 now = monotonic();
    device->set_next_event(device->ticks_for(deadline > now ? deadline - now : 0));
}

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
    if (next != never)
        arm(events, next);
}

} // namespace kernel::time
