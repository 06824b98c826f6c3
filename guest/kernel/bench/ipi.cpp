// A call on another CPU, by interrupt, and back. The other one is busy: to wake it up would be another matter.
#include "arch/clock.hpp"
#include "arch/cpu.hpp"
#include "kernel/bench/bench.hpp"
#include "kernel/sched/schedule.hpp"
#include "kernel/smp/call_function.hpp"

namespace kernel::bench {
namespace {

constexpr unsigned other_cpu = 1;

/// Written by one CPU, read by the other.
struct Spinner {
    bool started = false;
    bool stop = false;
    bool gone = false;
};

void set(bool& flag) { __atomic_store_n(&flag, true, __ATOMIC_RELEASE); }
bool is_set(const bool& flag) { return __atomic_load_n(&flag, __ATOMIC_ACQUIRE); }

void spin(void* argument)
{
    Spinner& spinner = *static_cast<Spinner*>(argument);
    set(spinner.started);
    while (!is_set(spinner.stop))
        arch::relax();
    set(spinner.gone); // the last access
}

void nothing(void*) {}

} // namespace

Measured call_other_cpu(u64 count)
{
    if ((sched::online_cpus() >> other_cpu & 1) == 0)
        return {};
    Spinner spinner;
    const auto task = sched::create_task("kbench_spinner", spin, &spinner, CpuMask{1} << other_cpu);
    if (!task)
        return {};
    sched::wake(*task.value());
    while (!is_set(spinner.started))
        sched::yield();

    const u64 begin = arch::monotonic_nanoseconds();
    for (u64 i = 0; i < count; ++i)
        (void)smp::call_function_single(other_cpu, nothing, nullptr, true); // it does not go offline
    const u64 time = arch::monotonic_nanoseconds() - begin;
    set(spinner.stop);
    while (!is_set(spinner.gone))
        sched::yield();
    return {time, count};
}

} // namespace kernel::bench
