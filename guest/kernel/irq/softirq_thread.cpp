// ksoftirqd/N, and what can be read about soft interrupts.
#include "arch/cpu.hpp"
#include "kernel/fs/proc/proc_file.hpp"
#include "kernel/irq/softirq.hpp"
#include "kernel/sched/schedule.hpp"

namespace kernel::softirq {
namespace {

constinit std::array<Task*, arch::max_cpus> threads{}; ///< each made by its own CPU when it first has something to do

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

/// Null: there is no memory for it. What is pending is then served at the next interrupt, or the next time that
/// something is raised.
Task* make_thread(unsigned cpu)
{
    FormatBuffer<16> name;
    format_to(name, "ksoftirqd/{}", cpu);
    const auto task = sched::create_task(name.view(), run_thread, nullptr, CpuMask{1} << cpu);
    if (!task)
        return nullptr;
    task.value()->is_standing = true;
    return task.value();
}

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
    const unsigned cpu = arch::cpu_id();
    const bool can_schedule = (sched::online_cpus() >> cpu & 1) != 0;
    if (threads[cpu] == nullptr && can_schedule)
        threads[cpu] = make_thread(cpu);
    if (Task* const task = threads[cpu]; task != nullptr)
        sched::wake(*task);
}

} // namespace kernel::softirq
