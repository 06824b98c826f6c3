#pragma once

#include "kernel/irq/descriptor.hpp"

namespace kernel::irq {

/// The interrupt of the I/O APIC's line `gsi`, whose number is the line's. EINVAL: there is no such line.
Result<Descriptor*> make_io_apic_descriptor(unsigned gsi);

} // namespace kernel::irq
