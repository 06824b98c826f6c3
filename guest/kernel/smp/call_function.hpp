#pragma once

#include "kernel/sched/task.hpp"
#include "kernel/smp/call_queue.hpp"
#include "lib/result.hpp"

/// Has functions called on other CPUs, by interrupt. They run in hard interrupt context, interrupts masked: they are
/// quick, never sleep, and take no lock that is held with interrupts on.
///
/// Who waits for another CPU must not keep that CPU from ever getting there: callers have interrupts enabled (or two
/// that call each other would wait for ever) and hold no lock that is taken with interrupts masked. Task context: an
/// interrupt may have come in the middle of a call. All three are asserted, as far as they can be.
namespace kernel::smp {

using CallFunction = void (*)(void* argument);

/// On one CPU, this one included. ENXIO: it is not online. With `wait`: when it returns, `function` has returned.
Result<void> call_function_single(unsigned cpu, CallFunction function, void* argument, bool wait);

/// On those CPUs of `mask` that are online, this one excluded.
void call_function(CpuMask mask, CallFunction function, void* argument, bool wait);

/// On all CPUs that are online, this one included, and waits until all have done so.
void on_each_cpu(CallFunction function, void* argument);

/// On another CPU that is online, with a call that the caller has set aside for it; never waits. Any context,
/// interrupts masked or not. EBUSY: that call has not been served yet; its function, then, has yet to start.
Result<void> call_function_single_async(unsigned cpu, Call& call, CallFunction function, void* argument);

/// The call-function interrupt.
void on_call_function_interrupt();
/// For a CPU that does not take interrupts any more, or not yet.
void flush_call_queue();

} // namespace kernel::smp
