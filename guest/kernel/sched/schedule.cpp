#include "kernel/sched/schedule.hpp"

#include "arch/preempt.hpp"
#include "arch/upcalls.hpp"
#include "arch/user_half.hpp"
#include "kernel/debug/checks.hpp"
#include "kernel/init/boot_step.hpp"
#include "kernel/irq/irq.hpp"
#include "kernel/printk.hpp"
#include "kernel/proc/process.hpp"
#include "kernel/sched/cpu_state.hpp"
#include "kernel/sched/usage.hpp"
#include "kernel/signal/deliver.hpp"
#include "kernel/sync/rcu.hpp"
#include "kernel/time/timer.hpp"
#include "kernel/trace/tracepoint.hpp"
#include "kernel/workqueue/pool.hpp"

namespace kernel {
namespace sched {
namespace {

/// A process's address space is loaded only while a task of the process runs: nothing else keeps it alive.
void switch_address_space(const Process* from, const Process* to)
{
    if (from == to)
        return;
    if (to != nullptr)
        to->address_space().activate();
    else
        arch::keep_user_half();
}

/// The task that runs on `cpu` is not to run there any more: its mask, or the CPU's going, forbids it.
bool must_leave(const CpuState& cpu, const Task& task)
{
    return task.sched.class_id != ClassId::idle && (allowed_cpus(task) >> cpu.id & 1) == 0;
}

/// Interrupts masked, the preemption count zero.
void switch_away(Leave leave)
{
    rcu::quiescent();
    debug::note_schedule();
    CpuState& cpu = this_cpu();
    Task& previous = Task::current();
    end_user_time(previous);
    const TaskState previous_state = previous.state();
    if (__atomic_load_n(&cpus_with_waiting_realtime, __ATOMIC_RELAXED) != 0) [[unlikely]] {
        const bool goes_on = leave != Leave::voluntarily || previous_state == TaskState::running;
        pull_realtime(cpu, goes_on ? urgency_of(previous) : 0);
    }
    bool contended = false;
    u64 next_event = RunQueue::never;
    u64 runtime = 0;
    Task& next = cpu.queue.with([&](RunQueue& queue) -> Task& {
        arch::clear_need_resched();
        queue.update(clock());
        Task& chosen = queue.switch_tasks(leave, must_leave(cpu, previous));
        cpu.evicts = previous.queued == Queued::moving; // later this may be the doing of one who wakes it
        contended = queue.waiting() != 0;
        next_event = queue.next_event();
        runtime = previous.sched.statistics.runtime;
        publish(cpu, queue);
        return chosen;
    });
    if (next_event != cpu.event_armed)
        arm_event_timer(cpu, next_event);
    if (&next == &previous)
        return;

    if (contended)
        want_tick(cpu);
    trace::sched_stat_runtime(previous.pid(), runtime);
    trace::sched_switch(previous.pid(), previous_state, next.pid(), next.name());
    cpu.left = &previous;
    next.on_cpu = true;
    switch_address_space(previous.process, next.process);
    arch::set_current_task(&next);
    arch::switch_context(previous.context, next.context);
    finish_switch(); // perhaps on another CPU, and some time later
}

[[noreturn]] void panic_scheduling_while_atomic()
{
    FormatBuffer<96> message;
    const Task& task = Task::current();
    format_to(message, "scheduling while atomic: {}/{}/{:#08x}", task.name(), task.pid(), arch::preempt_count());
    debug::log_held_locks();
    panic(message.view());
}

void start_scheduler()
{
    set_up_clock();
    set_up_lifecycle();
    become_idle_task(0);
    set_up_ticks();
}

BOOT_STEP(scheduler, NEEDS("timers", "vmalloc"), PROVIDES("scheduler"), start_scheduler);

} // namespace

void schedule()
{
    workqueue::Worker* const worker = Task::current().worker;
    if (worker != nullptr && Task::current().state() != TaskState::running) [[unlikely]]
        workqueue::note_sleep(*worker);
    {
        const arch::InterruptsOff masked;
        if (arch::preempt_count() != 0)
            panic_scheduling_while_atomic();
        switch_away(Leave::voluntarily);
    }
    if (worker != nullptr) [[unlikely]]
        workqueue::note_wake(*worker);
}

void preempt_schedule()
{
    if (arch::preempt_count() != 0 || !arch::interrupts_enabled())
        return;
    const arch::InterruptsOff masked;
    while (arch::need_resched())
        switch_away(Leave::preempted);
}

void yield()
{
    const arch::InterruptsOff masked;
    if (arch::preempt_count() != 0)
        panic("a task that must not be preempted gives way");
    switch_away(Leave::yielding);
}

void run_idle()
{
    for (;;) {
        arch::disable_interrupts();
        if (!arch::need_resched())
            balance_idle(this_cpu());
        rcu::enter_idle();
        if (!arch::need_resched())
            arch::wait_for_interrupt();
        rcu::exit_idle();
        if (!arch::need_resched())
            continue;
        arch::disable_interrupts();
        switch_away(Leave::preempted);
    }
}

} // namespace sched

void before_user_return(arch::TrapFrame& frame)
{
    rcu::quiescent();
    debug::check_user_return();
    for (;;) {
        if (arch::need_resched()) {
            sched::switch_away(sched::Leave::preempted);
        } else if (Task::current().signal_pending()) {
            sched::end_user_time(Task::current());
            arch::enable_interrupts();
            signal::deliver(frame);
            arch::disable_interrupts();
        } else {
            break;
        }
    }
    sched::begin_user_time(Task::current());
}

void before_kernel_return(arch::TrapFrame&)
{
    if (arch::preempt_count() != 0)
        return;
    rcu::quiescent();
    if (arch::need_resched())
        sched::switch_away(sched::Leave::preempted);
}

} // namespace kernel
