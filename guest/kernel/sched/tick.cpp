// What makes a CPU look whether it should switch: its tick, while tasks have to share it, a timer for what is due at a
// certain time, and other CPUs' requests. All in interrupts: the switch itself is made on the way out.
#include "arch/preempt.hpp"
#include "kernel/irq/irq.hpp"
#include "kernel/sched/cpu_state.hpp"
#include "kernel/sched/schedule.hpp"

namespace kernel::sched {
namespace {

/// The tick goes on while somebody waits: an idle CPU needs none, nor does one with nobody to preempt.
void on_tick()
{
    CpuState& cpu = this_cpu();
    const bool goes_on = cpu.queue.with([&](RunQueue& queue) {
        queue.update(clock());
        if (queue.tick())
            arch::set_need_resched(cpu.id);
        return queue.waiting() != 0 && !queue.is_idle();
    });
    if (!goes_on) {
        cpu.ticking = false;
        time::want_tick(false);
    }
    balance_at_tick(cpu);
}

/// Another CPU has changed this one's queue.
void on_reschedule()
{
    CpuState& cpu = this_cpu();
    bool contended = false;
    u64 next_event = RunQueue::never;
    cpu.queue.with([&](RunQueue& queue) {
        contended = queue.waiting() != 0;
        next_event = queue.next_event();
    });
    if (contended)
        want_tick(cpu);
    arm_event_timer(cpu, next_event);
}

void on_event(time::HighResolutionTimer&)
{
    CpuState& cpu = this_cpu();
    cpu.event_armed = RunQueue::never;
    u64 next_event = RunQueue::never;
    cpu.queue.with([&](RunQueue& queue) {
        queue.update(clock());
        if (queue.on_event())
            arch::set_need_resched(cpu.id);
        next_event = queue.next_event();
    });
    if (!arch::need_resched())
        arm_event_timer(cpu, next_event); // or else the switch does
}

} // namespace

CpuState::CpuState(unsigned number) : id{number}, event_timer{on_event} {}

void set_up_ticks()
{
    time::set_tick_handler(on_tick);
    irq::set_reschedule_handler(on_reschedule);
}

void want_tick(CpuState& cpu)
{
    if (cpu.ticking)
        return;
    cpu.ticking = true;
    time::want_tick(true);
}

void arm_event_timer(CpuState& cpu, u64 next_event)
{
    if (cpu.event_armed == next_event)
        return;
    cpu.event_armed = next_event;
    if (next_event == RunQueue::never)
        time::cancel(cpu.event_timer);
    else
        time::start(cpu.event_timer, to_monotonic(next_event));
}

void see_to(CpuState& cpu, bool preempts, bool contended)
{
    if (preempts)
        arch::set_need_resched(cpu.id);
    if (cpu.id != arch::cpu_id()) {
        if (preempts || contended)
            arch::send_reschedule(cpu.id);
    } else if (contended && !preempts) {
        want_tick(cpu); // a switch does so itself
    }
}

} // namespace kernel::sched
