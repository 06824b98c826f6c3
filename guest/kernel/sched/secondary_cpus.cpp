// Brings up the CPUs beside the one that boots, and makes each one that tasks are placed on.
#include "arch/cpu.hpp"
#include "arch/upcalls.hpp"
#include "kernel/init/boot_step.hpp"
#include "kernel/printk.hpp"
#include "kernel/sched/schedule.hpp"
#include "kernel/smp/hotplug.hpp"

namespace kernel {
namespace {

void start_secondary_cpus()
{
    for (unsigned cpu = 1; cpu < arch::cpu_count(); ++cpu)
        if (!smp::cpu_up(cpu))
            printk(LogLevel::error, "CPU {} does not start", cpu);
    if (arch::cpu_count() > 1)
        printk(LogLevel::notice, "{} CPUs online", arch::online_cpu_count());
}

BOOT_STEP(secondary_cpus, NEEDS("cpu_hotplug", "system_calls"), PROVIDES("cpus"), start_secondary_cpus);

} // namespace

void start_secondary(unsigned cpu)
{
    smp::on_cpu_starting(cpu);
    sched::become_idle_task(cpu);
    sched::run_idle();
}

} // namespace kernel
