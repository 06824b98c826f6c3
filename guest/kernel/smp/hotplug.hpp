#pragma once

#include "kernel/sched/task.hpp"
#include "kernel/smp/hotplug_states.hpp"

/// CPUs come and go while the machine runs; Linux's kernel/cpu.c in miniature.
namespace kernel::smp {

/// CPUs that run tasks, that the machine has, and that it could ever have.
CpuMask online_cpus();
CpuMask present_cpus();
inline CpuMask possible_cpus() { return present_cpus(); }

/// Has a part's functions called for all CPUs that come and go from now on, and calls `startup` for those that are
/// online already (not a `starting` one: it is added before there are others). Task context.
Result<void> add_hotplug_state(const HotplugState& state);

/// Starts a CPU. EINVAL: there is none, or it runs; EIO: it does not answer; or a state's error. Task context.
Result<void> cpu_up(unsigned cpu);

/// Takes a CPU out of service: its tasks, timers and interrupts go to others. A task that is bound to it runs elsewhere
/// until it is back. EPERM: it is the one that booted; EINVAL: there is none, or it does not run; EBUSY: deadline tasks
/// need it; or a state's error. Task context.
Result<void> cpu_down(unsigned cpu);

/// A CPU that comes, before it takes part in anything. Interrupts masked.
void on_cpu_starting(unsigned cpu);

} // namespace kernel::smp
