#pragma once

#include "lib/types.hpp"

/// The scheduler's tick. A CPU has one only while somebody waits for what runs there: neither an idle CPU is woken by
/// it, nor one disturbed that has but one task.
namespace kernel::time {

/// `handler` runs every tick_nanoseconds, in interrupt context, on the CPUs that want it.
void set_tick_handler(void (*handler)());
/// Whether this CPU wants ticks. A tick that nobody wants any more comes once, in vain: that costs less than to set the
/// hardware anew. Interrupts masked.
void want_tick(bool wanted);

} // namespace kernel::time
