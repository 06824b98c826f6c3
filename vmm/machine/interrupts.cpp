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

kvm_irq_routing_entry msi_route(unsigned gsi, const MsiMessage& message)
{
    kvm_irq_routing_entry entry{};
    entry.gsi = gsi;
    entry.type = KVM_IRQ_ROUTING_MSI;
    entry.u.msi.address_lo = static_cast<std::uint32_t>(message.address);
    entry.u.msi.address_hi = static_cast<std::uint32_t>(message.address >> 32);
    entry.u.msi.data = message.data;
    return entry;
}

} // namespace

Interrupts::Interrupts(Vm& vm, IrqChip irqchip) : vm_{vm}
{
    switch (irqchip) {
    case IrqChip::kernel:
        vm.create_irqchip();
        for (unsigned gsi = 0; gsi < pins; ++gsi)
            lines_.push_back(std::make_unique<KernelLine>(vm, gsi));
        break;
    case IrqChip::split:
        vm.create_split_irqchip(pins);
        io_apic_.emplace(static_cast<MsiSink&>(*this));
        break;
    case IrqChip::none: lines_.push_back(std::make_unique<UnconnectedLine>()); break;
    }
}

InterruptLine& Interrupts::line(unsigned gsi)
{
    if (io_apic_)
        return io_apic_->pin(gsi);
    return *lines_.at(lines_.size() == 1 ? 0 : gsi);
}

void Interrupts::end_of_interrupt(std::uint8_t vector)
{
    if (io_apic_)
        io_apic_->eoi(vector);
}

void Interrupts::send(const MsiMessage& message) { (void)vm_.signal_msi(message); }

void Interrupts::route(unsigned pin, const std::optional<MsiMessage>& message)
{
    const std::scoped_lock lock{routes_mutex_};
    if (routes_[pin] == message)
        return; // replacing the table waits for every vCPU to leave the old one
    routes_[pin] = message;
    std::vector<kvm_irq_routing_entry> entries;
    for (unsigned gsi = 0; gsi < pins; ++gsi)
        if (routes_[gsi])
            entries.push_back(msi_route(gsi, *routes_[gsi]));
    vm_.set_routes(entries);
}

} // namespace vitrine
