#pragma once

#include "lib/result.hpp"
#include "lib/types.hpp"

namespace kernel::irq {

/// An interrupt that CPUs send one another or themselves, by the same vector everywhere: every CPU serves its own.
struct PerCpuInterrupt {
    unsigned irq;
    u8 vector; ///< for arch::send_interrupt
};

/// ENOSPC, ENOMEM. It is requested like any other, and stays for good.
Result<PerCpuInterrupt> allocate_per_cpu();

} // namespace kernel::irq
