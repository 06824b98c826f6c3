#pragma once

#include "arch/cpu.hpp"
#include "arch/interrupts.hpp"
#include "kernel/irq/chip.hpp"
#include "kernel/sched/task.hpp"
#include "kernel/sync/spin_lock.hpp"
#include "lib/locked.hpp"
#include "lib/result.hpp"

#include <array>

namespace kernel::irq {

/// Which interrupt each vector of each CPU stands for. Vectors are given out as they are needed: 188 on every CPU.
class Vectors {
public:
    static constexpr unsigned count = arch::device_vector_count;
    static constexpr unsigned none = ~0U;

    /// A vector for `irq` on the CPU of `cpus` that has given out the fewest. ENOSPC.
    Result<Target> allocate(unsigned irq, CpuMask cpus);
    /// One that is free on all CPUs. ENOSPC.
    Result<u8> allocate_everywhere(unsigned irq);
    void free(Target target);
    void free_everywhere(u8 vector);

    /// For the entry of interrupts: takes no lock. `none` when the vector is free.
    unsigned irq_of(unsigned cpu, u8 vector) const
    {
        const u16 entry = __atomic_load_n(&entries_[cpu][vector - arch::first_device_vector], __ATOMIC_ACQUIRE);
        return entry - 1U; // 0 - 1: none
    }

private:
    struct Usage {
        std::array<u8, arch::max_cpus> allocated{}; ///< vectors given out
        std::array<u8, arch::max_cpus> next{};      ///< where to look first: a vector that is free again rests a while
    };

    void set(unsigned cpu, unsigned index, unsigned irq)
    {
        __atomic_store_n(&entries_[cpu][index], static_cast<u16>(irq + 1), __ATOMIC_RELEASE);
    }
    bool is_free(unsigned cpu, unsigned index) const { return entries_[cpu][index] == 0; }

    /// Number of the interrupt + 1; written under usage_'s lock.
    std::array<std::array<u16, count>, arch::max_cpus> entries_{};
    Locked<Usage, IrqSafe> usage_;
};

Vectors& vectors();

} // namespace kernel::irq
