#pragma once

#include "vmm/devices/io_apic.hpp"
#include "vmm/kvm/vm.hpp"
#include "vmm/machine/interrupt_line.hpp"
#include "vmm/machine/machine_config.hpp"
#include "vmm/machine/msi.hpp"

#include <array>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

namespace vitrine {

/// The machine's interrupt controllers, and the wires into them: KVM's own (`kernel`), KVM's local APICs with our
/// IOAPIC
/// (`split`), or none.
class Interrupts final : private MsiSink {
public:
    static constexpr unsigned pins = IoApic::pin_count;

    /// Creates the irqchip; before the first vCPU. Throws KvmError.
    Interrupts(Vm& vm, IrqChip irqchip);

    /// The wire into pin `gsi`, valid as long as this. Without an irqchip it leads nowhere. Before the first vCPU runs.
    InterruptLine& line(unsigned gsi);

    /// Where devices that interrupt by messages send them; valid as long as this. Without an irqchip they vanish.
    MsiSink& messages() { return *this; }

    /// Our IOAPIC, to be attached to the bus; null unless the irqchip is split.
    IoApic* io_apic() { return io_apic_ ? &*io_apic_ : nullptr; }

    /// A local APIC ended a level-triggered interrupt (KVM_EXIT_IOAPIC_EOI). Any thread.
    void end_of_interrupt(std::uint8_t vector);

private:
    void send(const MsiMessage& message) override;
    void route(unsigned pin, const std::optional<MsiMessage>& message) override;

    Vm& vm_;
    std::optional<IoApic> io_apic_;
    std::vector<std::unique_ptr<InterruptLine>> lines_;

    std::mutex routes_mutex_; ///< taken after the IOAPIC's; a leaf
    std::array<std::optional<MsiMessage>, pins> routes_{};
};

} // namespace vitrine
