#include "kernel/irq/io_apic_chip.hpp"

#include "arch/interrupts.hpp"

namespace kernel::irq {
namespace {

class IoApicChip final : public Chip {
public:
    std::string_view name() const override { return "IO-APIC"; }
    void mask(unsigned gsi) override { arch::mask_gsi(gsi); }
    void unmask(unsigned gsi) override { arch::unmask_gsi(gsi); }
    void route(unsigned gsi, Target target, Trigger trigger, bool masked) override
    {
        arch::route_gsi(gsi, target.cpu, target.vector, trigger == Trigger::level, masked);
    }
    bool in_service(unsigned gsi) override { return arch::gsi_in_service(gsi); }
};

constinit IoApicChip chip;

} // namespace

Result<Descriptor*> make_io_apic_descriptor(unsigned gsi)
{
    if (gsi >= arch::max_gsi || !arch::has_gsi(gsi))
        return Errno::einval;
    return make_descriptor(gsi, chip, gsi);
}

} // namespace kernel::irq
