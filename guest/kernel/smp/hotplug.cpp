#include "kernel/smp/hotplug.hpp"

#include "arch/cpu.hpp"
#include "arch/preempt.hpp"
#include "kernel/init/boot_step.hpp"
#include "kernel/irq/irq.hpp"
#include "kernel/irq/softirq.hpp"
#include "kernel/printk.hpp"
#include "kernel/sched/schedule.hpp"
#include "kernel/smp/call_function.hpp"
#include "kernel/sync/mutex.hpp"
#include "kernel/sync/rcu.hpp"
#include "kernel/time/timer_hotplug.hpp"
#include "lib/late.hpp"
#include "lib/locked.hpp"

namespace kernel::smp {
namespace {

/// The mutex is Linux's cpu_hotplug_lock: one CPU at a time comes or goes.
Late<Locked<HotplugStates, Mutex>> states;

/// For the CPU that comes or goes, while another holds the mutex for it.
constinit const HotplugStates* states_in_use = nullptr;

constinit u32 left_softirqs = 0; ///< what a dead CPU could not serve any more; read when it is dead

bool is_online(unsigned cpu) { return (online_cpus() >> cpu & 1) != 0; }

/// On the CPU that goes, in an interrupt. It must have found the idle task at rest, and nothing else in the middle of
/// its work: if not, it comes again.
void die(void*)
{
    const unsigned cpu = arch::cpu_id();
    const bool at_rest = Task::current().pid() == 0 && preempt::count() == preempt::hardirq_offset;
    const bool is_dying = (arch::online_cpus() >> cpu & 1) == 0; // and finds a second such call among its last
    if (!at_rest || is_dying || arch::softirq_pending() != 0)
        return;
    if (!states_in_use->stop(Stage::starting, cpu))
        panic("a CPU that is to die must not refuse");
    arch::leave_online();
    flush_call_queue(); // what came before others could know
    rcu::enter_idle();
    left_softirqs = arch::softirq_pending();
    arch::park();
}

/// What is left of it, to this CPU.
void bury(unsigned cpu)
{
    time::take_over_timers(cpu);
    time::take_over_wheel(cpu);
    for (u32 left = left_softirqs; left != 0; left &= left - 1)
        softirq::raise(static_cast<softirq::Vector>(__builtin_ctz(left)));
}

void stop_cpu(unsigned cpu)
{
    static constinit Call call{};
    while (!arch::is_parked(cpu)) {
        static_cast<void>(call_function_single_async(cpu, call, die, nullptr)); // EBUSY: it is on its way
        sched::yield();
    }
    arch::reset_parked(cpu);
}

Result<void> bring_up(const HotplugStates& all, unsigned cpu)
{
    if (cpu >= arch::cpu_count() || is_online(cpu))
        return Errno::einval;
    TRY(all.start(Stage::prepare, cpu));
    states_in_use = &all;
    if (!arch::start_cpu(cpu)) {
        static_cast<void>(all.stop(Stage::prepare, cpu));
        return Errno::eio;
    }
    while (!is_online(cpu)) // it is on its way to start_secondary
        arch::relax();
    return {};
}

Result<void> take_down(const HotplugStates& all, unsigned cpu)
{
    TRY(sched::cpu_offline(cpu));
    states_in_use = &all;
    stop_cpu(cpu);
    bury(cpu);
    if (!all.stop(Stage::prepare, cpu))
        panic("a CPU that is dead must not refuse");
    printk(LogLevel::info, "CPU {} is offline", cpu);
    return {};
}

/// The first to come and the last to go: other parts' functions still find their interrupts served.
constexpr HotplugState interrupts{"irq", Stage::online,
                                  [](unsigned cpu) -> Result<void> {
                                      irq::join_cpu(cpu);
                                      return {};
                                  },
                                  [](unsigned cpu) -> Result<void> {
                                      irq::leave_cpu(cpu);
                                      return {};
                                  }};

void set_up_hotplug()
{
    states.construct().with([](HotplugStates& all) { all.add(interrupts); });
}

BOOT_STEP(cpu_hotplug, NEEDS("scheduler"), PROVIDES("cpu_hotplug"), set_up_hotplug);

} // namespace

CpuMask online_cpus() { return sched::online_cpus(); }
CpuMask present_cpus() { return all_cpus >> (arch::max_cpus - arch::cpu_count()); }

Result<void> add_hotplug_state(const HotplugState& state)
{
    return states->with([&](HotplugStates& all) -> Result<void> {
        if (!all.add(state))
            return Errno::enospc;
        if (state.stage == Stage::starting || state.startup == nullptr)
            return {};
        for (CpuMask left = online_cpus(); left != 0; left &= left - 1)
            TRY(state.startup(static_cast<unsigned>(__builtin_ctz(left))));
        return {};
    });
}

Result<void> cpu_up(unsigned cpu)
{
    return states->with([&](HotplugStates& all) -> Result<void> {
        TRY(bring_up(all, cpu));
        const auto started = all.start(Stage::online, cpu);
        if (!started && !take_down(all, cpu))
            printk(LogLevel::error, "CPU {} is neither of use nor gone", cpu);
        return started ? Result<void>{} : started.error();
    });
}

Result<void> cpu_down(unsigned cpu)
{
    if (cpu == 0)
        return Errno::eperm;
    return states->with([&](HotplugStates& all) -> Result<void> {
        if (cpu >= arch::cpu_count() || !is_online(cpu))
            return Errno::einval;
        TRY(all.stop(Stage::online, cpu));
        const auto gone = take_down(all, cpu);
        if (gone)
            return {};
        static_cast<void>(all.start(Stage::online, cpu));
        return gone.error();
    });
}

void on_cpu_starting(unsigned cpu)
{
    flush_call_queue(); // of one who has seen it online before and now again, but whose interrupt came in between
    if (!states_in_use->start(Stage::starting, cpu))
        panic("a CPU that starts must not fail");
}

} // namespace kernel::smp
