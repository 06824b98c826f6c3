#pragma once

#include "lib/types.hpp"

namespace arch {

/// Tells the VMM to drain this CPU's trace ring now (a VM exit), or soon (an ioeventfd).
void drain_trace_ring(unsigned cpu);
void ring_trace_doorbell(unsigned cpu);

} // namespace arch
