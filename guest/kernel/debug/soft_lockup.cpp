// The soft lockup detector (Linux's kernel/watchdog.c): a CPU that runs in the kernel for long with preemption off, so
// that no task gets its turn there, is reported by a timer interrupt of its own. Command line: watchdog_thresh=SECONDS
// (0: off), a lockup is twice that; softlockup_panic=1.
//
// Linux asks a thread of the stop class to run and sees whether it did. Here the scheduler is asked to look, which it
// can do without switching: every sample that finds that it did not since the last one sets need_resched.
#include "arch/backtrace.hpp"
#include "arch/cpu.hpp"
#include "arch/preempt.hpp"
#include "kernel/debug/checks.hpp"
#include "kernel/debug/lockdep.hpp"
#include "kernel/debug/lockup_watch.hpp"
#include "kernel/debug/watchdog.hpp"
#include "kernel/init/boot_step.hpp"
#include "kernel/init/command_line.hpp"
#include "kernel/printk.hpp"
#include "kernel/sched/task.hpp"
#include "kernel/smp/call_function.hpp"
#include "kernel/smp/hotplug.hpp"
#include "kernel/sync/preempt.hpp"
#include "kernel/time/timer.hpp"
#include "lib/late.hpp"

namespace kernel::debug {
namespace {

constexpr u64 default_threshold = 10; ///< seconds
constexpr u64 interval_of_threshold_second = 400'000'000;

void on_sample(time::HighResolutionTimer& timer);

/// Each its own CPU's, interrupts masked; `samples` is read by others.
struct alignas(64) CpuCounts {
    u32 passes = 0; ///< through the scheduler
    u32 samples = 0;
};
constinit std::array<CpuCounts, arch::max_cpus> counts{};

struct CpuWatch {
    LockupWatch watch;
    time::HighResolutionTimer timer{on_sample};
};
std::array<Late<CpuWatch>, arch::max_cpus> watches;
constinit u64 interval = 0; ///< nanoseconds; 0: off
constinit bool panics = false;
constinit u32 reports = 0;

void report(u64 seconds)
{
    const Task& task = Task::current();
    __atomic_add_fetch(&reports, 1, __ATOMIC_RELEASE);
    FormatBuffer<96> title;
    format_to(title, "BUG: soft lockup - CPU#{} stuck for {}s! [{}:{}]", arch::cpu_id(), seconds, task.name(),
              task.pid());
    printk(LogLevel::emergency, "{}", title.view());
    log_held_locks();
    std::array<u64, 24> trace{};
    arch::capture_backtrace(trace);
    log_call_trace(trace);
    if (panics)
        panic("softlockup: hung tasks");
}

void on_sample(time::HighResolutionTimer& timer)
{
    CpuCounts& cpu = counts[arch::cpu_id()];
    __atomic_store_n(&cpu.samples, cpu.samples + 1, __ATOMIC_RELAXED);
    CpuWatch& own = *watches[arch::cpu_id()];
    if (&timer != &own.timer)
        return; // of a CPU that has gone
    const LockupWatch::Finding finding = own.watch.sample(cpu.passes);
    if (!finding.passes)
        arch::set_need_resched(arch::cpu_id());
    if (finding.report)
        report(finding.intervals * interval / time::nanoseconds_per_second);
    time::start_after(timer, interval); // from now: intervals that were missed are not made up for
}

void start_watch_here(void*) { time::start_after(watches[arch::cpu_id()]->timer, interval); }

/// The boot, which starts the first ones, must not wait for another CPU.
Result<void> start_watch(unsigned cpu)
{
    static constinit std::array<smp::Call, arch::max_cpus> calls{};
    const preempt::Off same_cpu;
    if (cpu != arch::cpu_id())
        return smp::call_function_single_async(cpu, calls[cpu], start_watch_here, nullptr);
    start_watch_here(nullptr);
    return {};
}

Result<void> stop_watch(unsigned cpu)
{
    time::cancel(watches[cpu]->timer);
    return {};
}

constexpr smp::HotplugState watch_cpu{"watchdog", smp::Stage::online, start_watch, stop_watch};

void start_watches()
{
    interval = command_line::number("watchdog_thresh").value_or(default_threshold) * interval_of_threshold_second;
    panics = command_line::number("softlockup_panic").value_or(0) != 0;
    for (unsigned cpu = 0; cpu < arch::cpu_count(); ++cpu)
        watches[cpu].construct();
    if (interval != 0 && !smp::add_hotplug_state(watch_cpu))
        printk(LogLevel::error, "no CPU is watched for soft lockups");
}

BOOT_STEP(soft_lockup, NEEDS("cpus"), PROVIDES("watchdog"), start_watches);

} // namespace

void note_schedule() { ++counts[arch::cpu_id()].passes; }

u32 lockup_samples(unsigned cpu) { return __atomic_load_n(&counts[cpu].samples, __ATOMIC_RELAXED); }
u32 lockup_reports() { return __atomic_load_n(&reports, __ATOMIC_ACQUIRE); }

} // namespace kernel::debug
