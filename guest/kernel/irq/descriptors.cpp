// The table of interrupts.
#include "kernel/irq/descriptor.hpp"
#include "kernel/mm/heap.hpp"

namespace kernel::irq {
namespace {

constexpr unsigned first_dynamic = arch::max_gsi;

/// Each set once, released by who makes the descriptor.
constinit std::array<Descriptor*, max_irqs> descriptors{};

bool publish(unsigned irq, Descriptor* descriptor)
{
    Descriptor* nobody = nullptr;
    return __atomic_compare_exchange_n(&descriptors[irq], &nobody, descriptor, false, __ATOMIC_RELEASE,
                                       __ATOMIC_RELAXED);
}

} // namespace

Descriptor* find(unsigned irq)
{
    return irq < max_irqs ? __atomic_load_n(&descriptors[irq], __ATOMIC_ACQUIRE) : nullptr;
}

unsigned descriptor_count()
{
    unsigned count = 0;
    for (unsigned irq = 0; irq < max_irqs; ++irq)
        count += find(irq) != nullptr ? 1 : 0;
    return count;
}

Result<Descriptor*> make_descriptor(unsigned irq, Chip& chip, unsigned line)
{
    if (irq >= max_irqs)
        return Errno::einval;
    Box<Descriptor> descriptor = TRY(make_box<Descriptor>(irq, chip, line));
    if (!publish(irq, descriptor.get()))
        return Errno::eexist;
    return descriptor.release();
}

Result<Descriptor*> make_descriptor(Chip& chip, unsigned line)
{
    for (unsigned irq = first_dynamic; irq < max_irqs; ++irq) {
        if (find(irq) != nullptr)
            continue;
        auto made = make_descriptor(irq, chip, line);
        if (made || made.error() != Errno::eexist)
            return made;
    }
    return Errno::enospc;
}

u32 count(unsigned irq, unsigned cpu)
{
    const Descriptor* const descriptor = find(irq);
    return descriptor == nullptr ? 0 : __atomic_load_n(&descriptor->counts[cpu], __ATOMIC_RELAXED);
}

} // namespace kernel::irq
