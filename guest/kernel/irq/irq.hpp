#pragma once

#include "kernel/irq/chip.hpp"
#include "kernel/sched/task.hpp"
#include "lib/result.hpp"
#include "lib/types.hpp"

/// Interrupts as drivers see them. They have numbers: that of an I/O APIC's line is its global system interrupt (GSI),
/// those of messages (MSI) and of per-CPU interrupts are given out (msi.hpp, local_chip.hpp).
namespace kernel::irq {

inline constexpr unsigned max_irqs = 256;

/// What a handler says. Of a shared line, each asks its own device whether it was the one.
enum class Return : u8 {
    none = 0,       ///< not from this device
    handled = 1,    ///< it was, and has what it wanted
    wake_thread = 2 ///< it was; the rest is for the thread
};

/// Hard interrupt context, interrupts masked; the thread's: a task's, may sleep.
using Handler = Return (*)(unsigned irq, void* device);

/// As Linux's IRQF_*.
struct Flags {
    Trigger trigger = Trigger::edge;
    bool shared = false;        ///< with others who say so too, and agree about `trigger` and `oneshot`
    bool oneshot = false;       ///< the line stays masked until the thread is done
    bool no_autoenable = false; ///< as if disable() had been called
};

/// Has `handler(irq, device)` called from now on. `device` tells those who share a line apart; `name` stays where it
/// is. EBUSY: taken by others who do not share it; EINVAL: no such interrupt; ENOSPC: no CPU has a vector for it. Task
/// context, or the boot.
Result<void> request(unsigned irq, Handler handler, Flags flags, std::string_view name, void* device);
/// With a thread, irq/N-NAME, in which `thread_handler` runs whenever `handler` says so. Without a handler the thread
/// is woken always: then the line must be `oneshot`, or it would come again at once.
Result<void> request_threaded(unsigned irq, Handler handler, Handler thread_handler, Flags flags, std::string_view name,
                              void* device);
/// When it returns, the handler of `device` runs no more, nor does its thread. May sleep.
void free(unsigned irq, void* device);

/// No handler is called until enable() has been called as often. An edge that comes meanwhile is served then. disable()
/// returns when no handler runs any more and may sleep; disable_nosync() is for any context.
void disable(unsigned irq);
void disable_nosync(unsigned irq);
void enable(unsigned irq);
/// Waits until the handlers that run now, and the threads they woke, are done. May sleep.
void synchronize(unsigned irq);

/// Which CPUs may get the interrupt; it goes to one of them. EINVAL: none of them is online, or it is a per-CPU
/// interrupt. It may still come to the old one until it has come once more.
Result<void> set_affinity(unsigned irq, CpuMask cpus);

/// How often it came to a CPU; 0 for interrupts that there are not.
u32 count(unsigned irq, unsigned cpu);

/// Takes all interrupts away from a CPU that goes offline, while it still serves them. Task context.
void leave_cpu(unsigned cpu);
/// It is back.
void join_cpu(unsigned cpu);

/// Reschedule interrupts end here (see arch::send_reschedule): the scheduler says what they do.
void set_reschedule_handler(void (*handler)());

} // namespace kernel::irq
