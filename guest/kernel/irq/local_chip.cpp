#include "kernel/irq/local_chip.hpp"

#include "kernel/irq/descriptor.hpp"
#include "kernel/irq/vectors.hpp"

namespace kernel::irq {
namespace {

/// The local APIC has nothing to be set: whoever sends the interrupt names CPU and vector.
class LocalChip final : public Chip {
public:
    std::string_view name() const override { return "LAPIC"; }
    void mask(unsigned) override {}
    void unmask(unsigned) override {}
    void route(unsigned, Target, Trigger, bool) override {}
    bool is_per_cpu() const override { return true; }
};

constinit LocalChip chip;

} // namespace

Result<PerCpuInterrupt> allocate_per_cpu()
{
    const Descriptor* const descriptor = TRY(make_descriptor(chip, 0));
    return PerCpuInterrupt { descriptor->irq, TRY(vectors().allocate_everywhere(descriptor->irq)) };
}

} // namespace kernel::irq
