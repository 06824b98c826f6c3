#include "kernel/sched/schedule.hpp"

#include "arch/paging.hpp"
#include "arch/preempt.hpp"
#include "arch/upcalls.hpp"
#include "kernel/init/boot_step.hpp"
#include "kernel/irq/irq.hpp"
#include "kernel/printk.hpp"
#include "kernel/proc/process.hpp"
#include "kernel/sched/cpu_state.hpp"
#include "kernel/time/timer.hpp"
#include "kernel/trace/tracepoint.hpp"

namespace kernel {
namespace sched {
namespace {

/// The CPU's tick: the running task's slice is over. Interrupts masked.
void on_tick()
{
    CpuState& cpu = this_cpu();
    const bool goes_on = cpu.queue.with([&](RunQueue& queue) {
        if (queue.tick())
            arch::set_need_resched(arch::cpu_id());
        return queue.waiting() != 0;
    });
    if (!goes_on)
        time::want_tick(false);
}

/// Another CPU has put a task on this one's queue. The switch itself is made on the way out of the interrupt.
void on_reschedule()
{
    if (this_cpu().queue.with([](RunQueue& queue) { return queue.waiting() != 0; }))
        time::want_tick(true);
}

/// A process's address space is loaded only while a task of the process runs: nothing else keeps it alive.
void switch_address_space(const Process* from, const Process* to)
{
    if (from == to)
        return;
    if (to != nullptr)
        to->address_space().activate();
    else
        arch::PageTables::kernel().activate();
}

/// Interrupts masked, the preemption count zero.
void switch_away(Leave leave)
{
    CpuState& cpu = this_cpu();
    Task& previous = Task::current();
    const TaskState previous_state = previous.state();
    bool contended = false;
    Task& next = cpu.queue.with([&](RunQueue& queue) -> Task& {
        arch::clear_need_resched();
        Task& chosen = queue.switch_tasks(leave);
        contended = queue.waiting() != 0;
        __atomic_store_n(&cpu.load, queue.load(), __ATOMIC_RELAXED);
        return chosen;
    });
    if (&next == &previous)
        return;

    time::want_tick(contended);
    trace::sched_switch(previous.pid(), previous_state, next.pid(), next.name());
    cpu.left = &previous;
    next.on_cpu = true;
    switch_address_space(previous.process, next.process);
    arch::set_current_task(&next);
    arch::switch_context(previous.context, next.context);
    finish_switch(); // perhaps on another CPU, and some time later
}

void start_scheduler()
{
    set_up_lifecycle();
    become_idle_task(0);
    time::set_tick_handler(on_tick);
    irq::set_reschedule_handler(on_reschedule);
}

BOOT_STEP(scheduler, NEEDS("timers", "vmalloc"), PROVIDES("scheduler"), start_scheduler);

} // namespace

void schedule()
{
    const arch::InterruptsOff masked;
    if (arch::preempt_count() != 0)
        panic("a task that must not be preempted sleeps");
    switch_away(Leave::voluntarily);
}

void preempt_schedule()
{
    if (arch::preempt_count() != 0 || !arch::interrupts_enabled())
        return;
    const arch::InterruptsOff masked;
    while (arch::need_resched())
        switch_away(Leave::preempted);
}

void yield() { schedule(); }

void run_idle()
{
    for (;;) {
        arch::disable_interrupts();
        if (arch::need_resched())
            switch_away(Leave::voluntarily);
        else
            arch::wait_for_interrupt();
    }
}

} // namespace sched

void before_user_return(arch::TrapFrame&)
{
    while (arch::need_resched())
        sched::switch_away(sched::Leave::preempted);
}

void before_kernel_return(arch::TrapFrame&)
{
    if (arch::need_resched() && arch::preempt_count() == 0)
        sched::switch_away(sched::Leave::preempted);
}

} // namespace kernel
