// ksoftirqd/N, and what can be read about soft interrupts.
#include "arch/cpu.hpp"
#include "kernel/fs/proc/proc_file.hpp"
#include "kernel/init/boot_step.hpp"
#include "kernel/irq/softirq.hpp"
#include "kernel/printk.hpp"
#include "kernel/sched/schedule.hpp"

namespace kernel::softirq {
namespace {

constinit std::array<Task*, arch::max_cpus> threads{}; ///< each set once; read by its own CPU

void run_thread(void*)
{
    Task& self = Task::current();
    for (;;) {
        self.set_state(TaskState::interruptible); // before the look: a wake-up after it undoes this
        if (arch::softirq_pending() == 0)
            sched::schedule();
        self.set_state(TaskState::running);
        while (run_as_thread())
            preempt::check_resched();
    }
}

void start_thread(unsigned cpu)
{
    FormatBuffer<16> name;
    format_to(name, "ksoftirqd/{}", cpu);
    const auto task = sched::create_task(name.view(), run_thread, nullptr, CpuMask{1} << cpu);
    if (!task)
        panic("no memory for ksoftirqd");
    __atomic_store_n(&threads[cpu], task.value(), __ATOMIC_RELEASE);
    sched::wake(*task.value()); // it looks whether something has been raised before there was a thread
}

void start_threads()
{
    for (unsigned cpu = 0; cpu < arch::cpu_count(); ++cpu)
        if ((sched::online_cpus() >> cpu & 1) != 0)
            start_thread(cpu);
}

BOOT_STEP(softirq_threads, NEEDS("scheduler", "cpus"), PROVIDES("softirq_threads"), start_threads);

Result<void> show_softirqs(procfs::Writer& out)
{
    const CpuMask online = sched::online_cpus();
    out.append("                    ");
    for (CpuMask rest = online; rest != 0; rest &= rest - 1)
        out.print("CPU{:<8}", __builtin_ctz(rest));
    out.append("\n");
    for (unsigned index = 0; index < vector_count; ++index) {
        out.print("{:>12}:", vector_names[index]);
        for (CpuMask rest = online; rest != 0; rest &= rest - 1)
            out.print(" {:>10}", count(static_cast<unsigned>(__builtin_ctz(rest)), static_cast<Vector>(index)));
        out.append("\n");
    }
    return {};
}

PROC_FILE(softirqs, "softirqs", show_softirqs);

} // namespace

void wake_thread()
{
    Task* const task = __atomic_load_n(&threads[arch::cpu_id()], __ATOMIC_ACQUIRE);
    if (task != nullptr)
        sched::wake(*task);
}

} // namespace kernel::softirq
