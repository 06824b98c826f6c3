#pragma once

#include "lib/types.hpp"

namespace arch {

/// Byte access to x86 I/O ports, for the drivers of devices that have them.
void write_port(u16 port, u8 value);
u8 read_port(u16 port);

} // namespace arch
