#include "vmm/machine/interrupts.hpp"

namespace vitrine {
namespace {

/// A pin of the irqchip that KVM models.
class KernelLine final : public InterruptLine {
public:
    KernelLine(Vm& vm, unsigned gsi) : vm_{vm}, gsi_{gsi} {}
    void set_level(bool high) override { vm_.set_irq_line(gsi_, high); }

private:
    Vm& vm_;
    unsigned gsi_;
};

class UnconnectedLine final : public InterruptLine {
public:
    void set_level(bool) override {}
};

} // namespace

Interrupts::Interrupts(Vm& vm, IrqChip irqchip) : vm_{vm}, irqchip_{irqchip}
{
    switch (irqchip) {
    case IrqChip::kernel: vm.create_irqchip(); break;
    case IrqChip::split: vm.create_split_irqchip(pins); break;
    case IrqChip::none: break;
    }
}

InterruptLine& Interrupts::line(unsigned gsi)
{
    if (irqchip_ == IrqChip::kernel)
        lines_.push_back(std::make_unique<KernelLine>(vm_, gsi));
    else
        lines_.push_back(std::make_unique<UnconnectedLine>());
    return *lines_.back();
}

} // namespace vitrine
