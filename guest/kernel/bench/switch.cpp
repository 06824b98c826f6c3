// A context switch between two kernel threads that give way to each other.
#include "arch/clock.hpp"
#include "arch/cpu.hpp"
#include "kernel/bench/bench.hpp"
#include "kernel/sched/schedule.hpp"

namespace kernel::bench {
namespace {

struct Partner {
    u64 turns = 0; ///< both run on one CPU: nobody needs to be told of a write
    bool stop = false;
    bool gone = false;
};

void take_turns(void* argument)
{
    auto& partner = *static_cast<volatile Partner*>(argument);
    while (!partner.stop) {
        partner.turns = partner.turns + 1;
        sched::yield();
    }
    partner.gone = true; // the last access
}

} // namespace

Measured switch_tasks(u64 count)
{
    volatile Partner partner;
    const auto task = sched::create_task("kbench_partner", take_turns, const_cast<Partner*>(&partner), CpuMask{1});
    if (!task)
        return {};
    sched::wake(*task.value());
    while (partner.turns == 0)
        sched::yield();

    const u64 turns = partner.turns;
    const u64 begin = arch::monotonic_nanoseconds();
    for (u64 i = 0; i < count; ++i)
        sched::yield();
    const u64 time = arch::monotonic_nanoseconds() - begin;
    const u64 switches = 2 * (partner.turns - turns); // to the partner and back
    partner.stop = true;
    while (!partner.gone)
        sched::yield();
    return {time, switches};
}

} // namespace kernel::bench
