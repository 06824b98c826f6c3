// Brings up the CPUs beside the one that boots, and makes each one that tasks are placed on.
#include "arch/cpu.hpp"
#include "arch/upcalls.hpp"
#include "kernel/init/boot_step.hpp"
#include "kernel/printk.hpp"
#include "kernel/sched/schedule.hpp"

namespace kernel {
namespace {

bool is_online(unsigned cpu) { return (sched::online_cpus() >> cpu & 1) != 0; }

void start_secondary_cpus()
{
    for (unsigned cpu = 1; cpu < arch::cpu_count(); ++cpu) {
        if (!arch::start_cpu(cpu)) {
            printk(LogLevel::error, "CPU {} does not start", cpu);
            continue;
        }
        while (!is_online(cpu)) // it is on its way to start_secondary
            arch::relax();
    }
    if (arch::cpu_count() > 1)
        printk(LogLevel::notice, "{} CPUs online", arch::online_cpu_count());
}

BOOT_STEP(secondary_cpus, NEEDS("scheduler", "system_calls"), PROVIDES("cpus"), start_secondary_cpus);

} // namespace

void start_secondary(unsigned cpu)
{
    sched::become_idle_task(cpu);
    sched::run_idle();
}

} // namespace kernel
