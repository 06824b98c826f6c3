#pragma once

#include "arch/preempt.hpp"
#include "kernel/sync/preempt.hpp"
#include "lib/types.hpp"

#include <array>
#include <string_view>

/// Soft interrupts: work that an interrupt leaves for when it has returned, done with interrupts enabled, but before
/// the interrupted task goes on. One that is raised runs on the CPU that raised it; the same may run on several CPUs at
/// once, but on one CPU no soft interrupt interrupts another. Those that keep being raised while others are served go
/// to the thread ksoftirqd/N, so that tasks get their share.
namespace kernel::softirq {

/// Linux's (include/linux/interrupt.h), served in this order.
enum class Vector : u8 { hi, timer, net_tx, net_rx, block, irq_poll, tasklet, sched, hrtimer, rcu };
inline constexpr unsigned vector_count = 10;
inline constexpr std::array<std::string_view, vector_count> vector_names = {
    "HI", "TIMER", "NET_TX", "NET_RX", "BLOCK", "IRQ_POLL", "TASKLET", "SCHED", "HRTIMER", "RCU"};

/// Soft interrupt context: must not sleep; interrupts enabled.
using Handler = void (*)();

/// Once for each vector, before it is raised.
void open(Vector vector, Handler handler);

/// Has the vector's handler run on this CPU: at the end of the interrupt, or where soft interrupts are enabled again,
/// or, raised by a task that has them enabled, in ksoftirqd. Any context but NMIs.
void raise(Vector vector);

/// Runs what is pending, if the CPU is in no interrupt of either kind. For the end of hard interrupts, interrupts
/// masked; on return they are masked again.
void run_after_interrupt();

/// Soft interrupts of this CPU wait, and preemption is off, until enable() (Linux's local_bh_disable). Nests. Task
/// context, or a soft interrupt.
inline void disable() { arch::add_to_preempt_count(preempt::softirq_disable_offset); }
/// Runs those that came meanwhile. Interrupts enabled.
void enable();

class Disabled {
public:
    Disabled() { disable(); }
    ~Disabled() { enable(); }
    Disabled(const Disabled&) = delete;
    Disabled& operator=(const Disabled&) = delete;
};

/// How often the vector was served on a CPU.
u32 count(unsigned cpu, Vector vector);

/// This CPU's ksoftirqd. The thread's part: true when there was something to do, which is done. Interrupts enabled.
bool run_as_thread();
/// Wakes the thread of this CPU, which is made if it has none yet. Interrupts masked.
void wake_thread();

} // namespace kernel::softirq
