// /proc/interrupts, in the form of Linux's kernel/irq/proc.c and arch/x86/kernel/irq.c.
#include "kernel/fs/proc/proc_file.hpp"
#include "kernel/irq/descriptor.hpp"
#include "kernel/irq/local_counts.hpp"

namespace kernel::irq {
namespace {

template <typename Function>
void for_each_cpu(CpuMask cpus, Function&& function)
{
    for (; cpus != 0; cpus &= cpus - 1)
        function(static_cast<unsigned>(__builtin_ctz(cpus)));
}

void show_handlers(procfs::Writer& out, Descriptor& descriptor)
{
    const Mutex::Guard requesting{descriptor.requests}; // the list stays as it is
    const char* separator = "  ";
    for (const Action* action = descriptor.actions; action != nullptr; action = action->next) {
        out.print("{}{}", separator, action->name);
        separator = ", ";
    }
}

void show_interrupt(procfs::Writer& out, Descriptor& descriptor, CpuMask cpus)
{
    out.print("{:>3}: ", descriptor.irq);
    for_each_cpu(cpus, [&](unsigned cpu) { out.print("{:>10} ", count(descriptor.irq, cpu)); });
    const bool level = descriptor.state.with([](const State& state) { return state.trigger == Trigger::level; });
    const char* const flow = descriptor.chip.is_per_cpu() ? "percpu" : level ? "fasteoi" : "edge";
    out.print(" {:>8} {:>3}-{:<8}", descriptor.chip.name(), descriptor.line, flow);
    show_handlers(out, descriptor);
    out.append("\n");
}

Result<void> show_interrupts(procfs::Writer& out)
{
    const CpuMask cpus = sched::online_cpus();
    out.append("           ");
    for_each_cpu(cpus, [&](unsigned cpu) { out.print("CPU{:<8}", cpu); });
    out.append("\n");
    for (unsigned irq = 0; irq < max_irqs; ++irq)
        if (Descriptor* const descriptor = find(irq); descriptor != nullptr && descriptor->actions != nullptr)
            show_interrupt(out, *descriptor, cpus);
    for (unsigned kind = 0; kind < local_kinds; ++kind) {
        out.print("{:>3}: ", local_names[kind].name);
        for_each_cpu(cpus, [&](unsigned cpu) { out.print("{:>10} ", local_count(cpu, static_cast<Local>(kind))); });
        out.print("  {}\n", local_names[kind].description);
    }
    out.print("ERR: {:>10}\nMIS: {:>10}\n", error_count(), 0);
    return {};
}

PROC_FILE(interrupts, "interrupts", show_interrupts);

} // namespace
} // namespace kernel::irq
