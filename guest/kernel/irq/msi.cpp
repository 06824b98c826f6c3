// Message-signalled interrupts: no line and no controller, the device writes to a local APIC.
#include "kernel/irq/msi.hpp"

#include "kernel/irq/descriptor.hpp"

namespace kernel::irq {
namespace {

constinit std::array<MsiDevice*, max_irqs> devices{}; ///< each changed only while its interrupt is not requested

class MsiChip final : public Chip {
public:
    std::string_view name() const override { return "MSI"; }
    void mask(unsigned line) override { devices[line]->mask_message(); }
    void unmask(unsigned line) override { devices[line]->unmask_message(); }
    void route(unsigned line, Target target, Trigger, bool) override
    {
        devices[line]->set_message(arch::msi_message(target.cpu, target.vector));
    }
};

constinit MsiChip chip;

/// Takes a line that nobody has.
Result<unsigned> claim_line(MsiDevice& device)
{
    for (unsigned line = 0; line < devices.size(); ++line) {
        MsiDevice* nobody = nullptr;
        if (__atomic_compare_exchange_n(&devices[line], &nobody, &device, false, __ATOMIC_ACQ_REL, __ATOMIC_RELAXED))
            return line;
    }
    return Errno::enospc;
}

/// Interrupts that were freed keep descriptor and line.
Descriptor* find_by_line(unsigned line)
{
    for (unsigned irq = 0; irq < max_irqs; ++irq)
        if (Descriptor* const descriptor = find(irq))
            if (&descriptor->chip == &chip && descriptor->line == line)
                return descriptor;
    return nullptr;
}

} // namespace

Result<unsigned> allocate_msi(MsiDevice& device)
{
    const unsigned line = TRY(claim_line(device));
    if (const Descriptor* const descriptor = find_by_line(line))
        return descriptor->irq;
    const auto made = make_descriptor(chip, line);
    if (made)
        return made.value()->irq;
    __atomic_store_n(&devices[line], nullptr, __ATOMIC_RELEASE);
    return made.error();
}

void free_msi(unsigned irq)
{
    if (const Descriptor* const descriptor = find(irq))
        __atomic_store_n(&devices[descriptor->line], nullptr, __ATOMIC_RELEASE);
}

} // namespace kernel::irq
