#pragma once

#include "vmm/kvm/vm.hpp"
#include "vmm/machine/interrupt_line.hpp"
#include "vmm/machine/machine_config.hpp"

#include <memory>
#include <vector>

namespace vitrine {

/// The machine's interrupt controllers, and the wires into them.
class Interrupts {
public:
    /// As on a PC: the ISA interrupts and eight more pins.
    static constexpr unsigned pins = 24;

    /// Creates the irqchip that the config asks for; before the first vCPU. Throws KvmError.
    Interrupts(Vm& vm, IrqChip irqchip);

    /// The wire into pin `gsi`; a new one, valid as long as this. Without an irqchip it leads nowhere.
    InterruptLine& line(unsigned gsi);

private:
    Vm& vm_;
    IrqChip irqchip_;
    std::vector<std::unique_ptr<InterruptLine>> lines_;
};

} // namespace vitrine
