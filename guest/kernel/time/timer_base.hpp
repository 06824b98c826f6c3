#pragma once

#include "kernel/sync/spin_lock.hpp"

namespace kernel::time {

/// In place of a CPU number: the timer is on its way from one CPU's queue to another's, and in neither.
inline constexpr unsigned moving = 0xff;

/// Calls `function(base, cpu)` with the lock held of the queue that `timer` belongs to, wherever it is moved meanwhile;
/// `cpu_of()` says where. Interrupts masked.
template <typename Bases, typename Timer, typename CpuOf, typename Function>
auto with_base_of(Bases& bases, const Timer& timer, CpuOf cpu_of, Function function)
{
    for (;;) {
        const unsigned cpu = cpu_of(timer);
        if (cpu == moving) {
            arch::relax();
            continue;
        }
        bool moved = false;
        auto result = bases[cpu]->with([&](auto& base) {
            moved = cpu_of(timer) != cpu;
            return moved ? decltype(function(base, cpu)){} : function(base, cpu);
        });
        if (!moved)
            return result;
    }
}

} // namespace kernel::time
