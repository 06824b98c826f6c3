#pragma once

#include "lib/types.hpp"

namespace arch {

/// Interrupts between processors that are arch's own: stop, TLB shoot-down. False when `vector` is none of them.
bool handle_processor_interrupt(u8 vector);

} // namespace arch
