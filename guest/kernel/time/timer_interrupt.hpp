#pragma once

namespace kernel::time {

/// Runs this CPU's expired timers and its tick. Interrupt context.
void on_timer_interrupt();

} // namespace kernel::time
