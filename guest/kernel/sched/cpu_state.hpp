#pragma once

#include "kernel/sched/clock.hpp"
#include "kernel/sched/run_queue.hpp"
#include "kernel/sched/task.hpp"
#include "kernel/sync/spin_lock.hpp"
#include "kernel/time/timer.hpp"
#include "lib/late.hpp"
#include "lib/locked.hpp"

#include <optional>

/// What the scheduler keeps for each CPU; for the scheduler's own files.
///
/// Lock order: a WaitQueue's lock -> one run queue's lock. Never two run queues at a time: a task that goes from one to
/// another is on neither in between (Queued::moving), and whoever wants to do something to it waits until it has
/// arrived. That is soon: interrupts stay masked on the CPU that moves it.
///
/// How a task leaves a CPU and may run on another: switch_tasks() takes it off the run queue under the queue's lock,
/// but the CPU still runs on its stack until arch::switch_context() is through; only then does the next task, in
/// finish_switch(), clear on_cpu (release). A waker that has claimed the task waits for that (acquire) before it puts
/// the task on any queue, so that no two CPUs ever use one stack. The wait is short: that CPU has interrupts masked and
/// takes no lock in between.
namespace kernel::sched {

struct CpuState {
    explicit CpuState(unsigned number);

    const unsigned id;
    Locked<RunQueue, IrqSafe> queue;
    Task idle{0, "idle", Policy::idle_task};
    Task* left = nullptr; ///< the task this CPU is switching away from; only between the switch's two halves
    bool evicts = false;  ///< `left` would go on, but must not here: whoever runs next places it elsewhere

    /// What others look at to place a task, without the lock: written under it, read relaxed.
    u64 load = 0;                  ///< weight of all that want this CPU
    unsigned urgency = 0;          ///< of what runs, see urgency_of()
    bool overloaded = false;       ///< there are tasks that wait
    unsigned waiting_realtime = 0; ///< urgency of the most urgent real-time task that waits; 0: none
    u64 migrations_out[static_cast<unsigned>(Migration::count)] = {}; ///< by whoever takes a task away

    /// By this CPU only, interrupts masked.
    bool ticking = false;
    time::HighResolutionTimer event_timer;
    u64 event_armed = RunQueue::never;
    unsigned ticks = 0;
};

CpuState& cpu_state(unsigned cpu);
inline CpuState& this_cpu() { return cpu_state(arch::cpu_id()); }

/// Before the first create_task().
void set_up_lifecycle();
void set_up_ticks();

/// Those of real-time tasks begin behind this.
inline constexpr unsigned realtime_urgency = 1;
/// How little `task` would like to be preempted: the order of classes, and of priorities in the real-time class.
unsigned urgency_of(const Task& task);

/// Puts what others look at up to date. Queue locked.
void publish(CpuState& cpu, const RunQueue& queue);

/// Calls `function(CpuState&, RunQueue&)` with the queue locked that the task is on, or was on last, and up to date.
/// Not before a task that is on its way has arrived.
template <typename Function>
void with_queue_of(Task& task, u64 now, Function&& function)
{
    for (;;) {
        const unsigned number = __atomic_load_n(&task.cpu, __ATOMIC_RELAXED);
        CpuState& cpu = cpu_state(number);
        const bool found = cpu.queue.with([&](RunQueue& queue) {
            if (task.cpu != number || task.queued == Queued::moving)
                return false;
            queue.update(now);
            function(cpu, queue);
            return true;
        });
        if (found)
            return;
        arch::relax();
    }
}

/// CPUs that the task may be placed on: those that it wants of those that there are, or any if none is.
CpuMask allowed_cpus(const Task& task);
/// The best CPU of those for a task that wakes up.
unsigned choose_cpu(const Task& task);

/// Puts a task that is on its way (Queued::moving) on the CPU that suits it, and sees to it that it runs there when it
/// should. `reason`: counted if that is another CPU than it was on. Interrupts masked.
void place(Task& task, u64 now, Enqueue why, Migration reason);
/// The same on CPU `target`; false, and nothing done, when that is not there any more.
bool place_on(unsigned target, Task& task, u64 now, Enqueue why, Migration reason);

/// What follows from a change on `cpu`'s queue: that it switches tasks (`preempts`), ticks, keeps its timer. Interrupts
/// masked, no queue locked.
void see_to(CpuState& cpu, bool preempts, bool contended);

/// Starts this CPU's tick, if it is not running. Interrupts masked.
void want_tick(CpuState& cpu);
/// Arms this CPU's timer for what is due next. Interrupts masked.
void arm_event_timer(CpuState& cpu, u64 next_event);

/// The second half of a switch, done by whoever runs now: lets go of the task that was left.
void finish_switch();

/// Takes a task over from the CPU that has most to do. By a CPU with nothing to do, interrupts masked.
void balance_idle(CpuState& cpu);
/// The same now and then, by a CPU that is busy: at each tick. Interrupts masked.
void balance_at_tick(CpuState& cpu);

/// Bit n: real-time tasks wait on CPU n.
extern CpuMask cpus_with_waiting_realtime;
/// For publish(): the urgency of the most urgent real-time task that waits. Queue locked.
void publish_waiting_realtime(CpuState& cpu, unsigned urgency);
/// Before the CPU chooses its next task; `stays`: the urgency of the running one, if it could go on. Takes a real-time
/// task over that waits elsewhere and is more urgent than all that this CPU has. Interrupts masked, no queue locked.
void pull_realtime(CpuState& cpu, unsigned stays);
/// After the switch: finds other CPUs for real-time tasks that wait on this one. Interrupts masked, no queue locked.
void push_realtime(CpuState& cpu);

} // namespace kernel::sched
