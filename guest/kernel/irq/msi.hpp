#pragma once

#include "arch/interrupts.hpp"
#include "lib/result.hpp"

namespace kernel::irq {

/// A device that interrupts by writing a message of its own: it is told which. Its driver implements this.
class MsiDevice {
public:
    /// From now on the device writes this. Address and data take effect together: a device that has to be told one
    /// after the other is kept from sending meanwhile. Interrupts masked; no sleep.
    virtual void set_message(const arch::MsiMessage& message) = 0;
    /// Keeps the device from sending, if it can be.
    virtual void mask_message() {}
    virtual void unmask_message() {}

protected:
    ~MsiDevice() = default;
};

/// An interrupt for the device, which is told its message when the interrupt is requested, and each time it moves to
/// another CPU. ENOSPC, ENOMEM.
Result<unsigned> allocate_msi(MsiDevice& device);
/// For one that has been freed. Its number is given out again.
void free_msi(unsigned irq);

} // namespace kernel::irq
