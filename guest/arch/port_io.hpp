#pragma once

#include "lib/types.hpp"

#include <string_view>

namespace arch {

/// Byte access to x86 I/O ports, for the drivers of devices that have them.
void write_port(u16 port, u8 value);
u8 read_port(u16 port);
/// The bytes in order, to one port.
void write_port_string(u16 port, std::string_view bytes);

} // namespace arch
