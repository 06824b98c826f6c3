// The wheels of all CPUs. A timer belongs to the wheel of the CPU in its cpu_, also while it is not pending: who holds
// that wheel's lock may change the timer. It moves to the CPU that starts it, unless its `expired` runs at that moment.
#include "kernel/time/timer_list.hpp"

#include "arch/cpu.hpp"
#include "arch/interrupts.hpp"
#include "kernel/irq/softirq.hpp"
#include "kernel/smp/call_function.hpp"
#include "kernel/time/cpu_events.hpp"
#include "kernel/time/timer_base.hpp"
#include "kernel/time/timer_hotplug.hpp"
#include "lib/locked.hpp"

#include <array>

namespace kernel::time {
namespace {

/// Lock order: innermost; no timer runs while it is held.
struct CpuWheel {
    TimerWheel wheel;
    WheelTimer* running = nullptr; ///< its `expired` is being called
};
using LockedWheel = Locked<CpuWheel, MaskedLock>;

/// Nothing but zeros, whatever its size: it costs no boot any time.
class Wheels {
public:
    LockedWheel* operator[](unsigned cpu) { return &wheels_[cpu].wheel; }

private:
    struct Slot {
        LockedWheel wheel{};
    };
    std::array<Slot, arch::max_cpus> wheels_{};
};
constinit Wheels wheels;

/// This CPU is to be interrupted when its wheel has something to do next. With the wheel locked.
void expect(const TimerWheel& wheel)
{
    const u64 expiry = wheel.next_expiry();
    if (expiry == never)
        return;
    CpuEvents& events = this_cpu_events();
    events.next_wheel = std::min(events.next_wheel, expiry * tick_nanoseconds);
    arm_by(events, events.next_wheel);
}

void expect_wheel(void*)
{
    wheels[arch::cpu_id()]->with([](CpuWheel& base) { expect(base.wheel); });
}

constinit std::array<smp::Call, arch::max_cpus> wheel_changed{};

void insert(CpuWheel& base, WheelTimer& timer, u64 expires, unsigned cpu)
{
    base.wheel.forward(jiffies());
    base.wheel.add(timer, expires);
    TimerWheel::set_cpu(timer, cpu);
    if (cpu == arch::cpu_id())
        expect(base.wheel);
}

/// Whether the timer was pending. Interrupts masked.
bool start_on(WheelTimer& timer, u64 expires, unsigned target)
{
    bool was_pending = false;
    const bool started = with_base_of(wheels, timer, TimerWheel::cpu_of, [&](CpuWheel& base, unsigned cpu) {
        was_pending = base.wheel.remove(timer);
        if (cpu == target || base.running == &timer) { // there, it is looked at when it has been served
            insert(base, timer, expires, cpu);
            return true;
        }
        TimerWheel::set_cpu(timer, moving);
        return false;
    });
    if (!started)
        wheels[target]->with([&](CpuWheel& base) { insert(base, timer, expires, target); });
    return was_pending;
}

/// The next timer to serve on this CPU; null when there is none, and the hardware is set for when there will be one.
/// Interrupts masked.
WheelTimer* next_expired(LockedWheel& wheel, u64 now)
{
    return wheel.with([&](CpuWheel& base) {
        base.running = base.wheel.pop();
        while (base.running == nullptr && base.wheel.collect(now))
            base.running = base.wheel.pop();
        if (base.running == nullptr)
            expect(base.wheel);
        return base.running;
    });
}

/// The timer soft interrupt.
void run_wheel()
{
    LockedWheel& wheel = *wheels[arch::cpu_id()];
    const u64 now = jiffies();
    for (;;) {
        WheelTimer* timer = nullptr;
        {
            const arch::InterruptsOff off;
            timer = next_expired(wheel, now);
        }
        if (timer == nullptr)
            return;
        TimerWheel::expire(*timer);
    }
}

enum class Deleted { was_pending, was_not_pending, is_running };

Deleted try_delete(WheelTimer& timer)
{
    const arch::InterruptsOff off;
    return with_base_of(wheels, timer, TimerWheel::cpu_of, [&](CpuWheel& base, unsigned) {
        if (base.running == &timer) {
            base.wheel.remove(timer);
            return Deleted::is_running;
        }
        return base.wheel.remove(timer) ? Deleted::was_pending : Deleted::was_not_pending;
    });
}

} // namespace

bool mod_timer(WheelTimer& timer, u64 expires)
{
    const arch::InterruptsOff off;
    return start_on(timer, expires, arch::cpu_id());
}

void add_timer_on(WheelTimer& timer, u64 expires, unsigned cpu)
{
    const arch::InterruptsOff off;
    start_on(timer, expires, cpu);
    if (cpu != arch::cpu_id()) // EBUSY: a call that has not been served yet; it will see this timer, too
        static_cast<void>(smp::call_function_single_async(cpu, wheel_changed[cpu], expect_wheel, nullptr));
}

bool timer_delete(WheelTimer& timer)
{
    const arch::InterruptsOff off;
    return with_base_of(wheels, timer, TimerWheel::cpu_of,
                        [&](CpuWheel& base, unsigned) { return base.wheel.remove(timer); });
}

bool timer_delete_sync(WheelTimer& timer)
{
    bool was_pending = false;
    for (;;) {
        switch (try_delete(timer)) {
        case Deleted::was_pending: return true;
        case Deleted::was_not_pending: return was_pending;
        case Deleted::is_running: arch::relax();
        }
    }
}

void on_wheel_due() { softirq::raise(softirq::Vector::timer); }
void open_wheel() { softirq::open(softirq::Vector::timer, run_wheel); }

void take_over_wheel(unsigned dead_cpu)
{
    const arch::InterruptsOff off;
    const unsigned self = arch::cpu_id();
    wheels[self]->with([&](CpuWheel& mine) {
        // The only place that holds two such locks, and one CPU goes at a time.
        wheels[dead_cpu]->with_nested([&](CpuWheel& its) { mine.wheel.take_from(its.wheel, self); });
        expect(mine.wheel);
    });
}

} // namespace kernel::time
