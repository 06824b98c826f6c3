#pragma once

#include "lib/result.hpp"
#include "lib/types.hpp"

/// Device interrupts, by global system interrupt (GSI): who handles which.
namespace kernel::irq {

/// Interrupt context, interrupts masked.
using Handler = void (*)(void* argument);

enum class Trigger { edge, level };

/// Has `handler(argument)` called for this GSI and lets it through. EBUSY when it is taken, EINVAL when there is no
/// such GSI.
Result<void> request(unsigned gsi, Trigger trigger, Handler handler, void* argument);
/// Masks the GSI and forgets its handler.
void release(unsigned gsi);

/// How often it came, on all CPUs; for /proc/interrupts.
u64 count(unsigned gsi);

/// Reschedule interrupts end here (see arch::send_reschedule): the scheduler says what they do.
void set_reschedule_handler(void (*handler)());

} // namespace kernel::irq
