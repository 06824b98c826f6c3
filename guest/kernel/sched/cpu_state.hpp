#pragma once

#include "kernel/sched/run_queue.hpp"
#include "kernel/sync/spin_lock.hpp"
#include "lib/late.hpp"
#include "lib/locked.hpp"

/// What the scheduler keeps for each CPU; for the scheduler's own files.
///
/// Lock order: a WaitQueue's lock -> one run queue's lock. Never two run queues at a time.
///
/// How a task leaves a CPU and may run on another: switch_tasks() takes it off the run queue under the queue's lock,
/// but the CPU still runs on its stack until arch::switch_context() is through; only then does the next task, in
/// finish_switch(), clear on_cpu (release). A waker that has claimed the task waits for that (acquire) before it puts
/// the task on any queue, so that no two CPUs ever use one stack. The wait is short: that CPU has interrupts masked and
/// takes no lock in between.
namespace kernel::sched {

struct CpuState {
    Locked<RunQueue, IrqSafe> queue;
    Task idle{0, "idle", Policy::idle};
    Task* left = nullptr; ///< the task this CPU is switching away from; only between the switch's two halves
    unsigned load = 0;    ///< queue's load: written under its lock, read by anyone for placement, relaxed
};

CpuState& cpu_state(unsigned cpu);
inline CpuState& this_cpu() { return cpu_state(arch::cpu_id()); }

/// Before the first create_task().
void set_up_lifecycle();

/// Chooses a CPU for a task that is on none and puts it there. Interrupts masked.
void place(Task& task);

/// The second half of a switch, done by whoever runs now: lets go of the task that was left.
void finish_switch();

} // namespace kernel::sched
