#pragma once

#include "abi/boot_info.hpp"

/// The 16550 UART (PC16550D data sheet): the console of early boot, of panics, and of machines without virtio.
namespace kernel::serial {

/// Finds the first port in the boot information and makes it a console, polled. To be called once, first of all.
void set_up(const vitrine::abi::BootInfo& boot);

} // namespace kernel::serial
