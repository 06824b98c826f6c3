#include "kernel/irq/vectors.hpp"

namespace kernel::irq {
namespace {

constinit Vectors all_vectors;

} // namespace

Vectors& vectors() { return all_vectors; }

Result<Target> Vectors::allocate(unsigned irq, CpuMask cpus)
{
    return usage_.with([&](Usage& usage) -> Result<Target> {
        unsigned best = arch::max_cpus;
        for (CpuMask rest = cpus; rest != 0; rest &= rest - 1) {
            const auto cpu = static_cast<unsigned>(__builtin_ctz(rest));
            if (best == arch::max_cpus || usage.allocated[cpu] < usage.allocated[best])
                best = cpu;
        }
        if (best == arch::max_cpus || usage.allocated[best] == count)
            return Errno::enospc;
        unsigned index = usage.next[best];
        while (!is_free(best, index)) // ends: not all are taken
            index = (index + 1) % count;
        set(best, index, irq);
        ++usage.allocated[best];
        usage.next[best] = static_cast<u8>((index + 1) % count);
        return Target{best, static_cast<u8>(arch::first_device_vector + index)};
    });
}

Result<u8> Vectors::allocate_everywhere(unsigned irq)
{
    return usage_.with([&](Usage& usage) -> Result<u8> {
        const auto free_on_all = [&](unsigned index) {
            for (unsigned cpu = 0; cpu < arch::max_cpus; ++cpu)
                if (!is_free(cpu, index))
                    return false;
            return true;
        };
        unsigned index = count; // from the top: the others begin at the bottom
        do {
            if (index == 0)
                return Errno::enospc;
            --index;
        } while (!free_on_all(index));
        for (unsigned cpu = 0; cpu < arch::max_cpus; ++cpu) {
            set(cpu, index, irq);
            ++usage.allocated[cpu];
        }
        return static_cast<u8>(arch::first_device_vector + index);
    });
}

void Vectors::free(Target target)
{
    usage_.with([&](Usage& usage) {
        __atomic_store_n(&entries_[target.cpu][target.vector - arch::first_device_vector], 0, __ATOMIC_RELEASE);
        --usage.allocated[target.cpu];
    });
}

void Vectors::free_everywhere(u8 vector)
{
    for (unsigned cpu = 0; cpu < arch::max_cpus; ++cpu)
        free({cpu, vector});
}

} // namespace kernel::irq
