// CPUs go and come back while tasks, timers and calls between CPUs are under way: nothing is lost.
#include "kernel/smp/call_function.hpp"
#include "kernel/smp/hotplug.hpp"
#include "kernel/test/crew.hpp"
#include "kernel/test/kernel_test.hpp"
#include "kernel/time/timekeeping.hpp"
#include "kernel/time/timer.hpp"
#include "kernel/time/timer_list.hpp"

#include <array>
#include <bit>

namespace kernel::test {
namespace {

constexpr unsigned rounds = 20;

/// Tasks that do something of everything until they are told to stop.
struct Load {
    Counter stop;
    Counter working; ///< workers that have begun
};

void work(void* argument)
{
    Load& load = *static_cast<Load*>(argument);
    load.working.increment();
    for (u32 done = 0; load.stop.get() == 0; ++done) {
        sched::sleep_until(time::monotonic() + 2'000'000);
        smp::call_function(
            all_cpus, [](void*) {}, nullptr, done % 2 == 0);
        sched::yield();
    }
}

/// A timer of each kind, started on a CPU just before it goes.
struct Stranded {
    Stranded() : timer{note}, time_out{note_time_out} {}
    time::HighResolutionTimer timer;
    time::WheelTimer time_out;

    static constinit Counter expired;
    static void note(time::HighResolutionTimer&) { expired.increment(); }
    static void note_time_out(time::WheelTimer&) { expired.increment(); }
};
constinit Counter Stranded::expired;

void start_timers(void* argument)
{
    Stranded& stranded = *static_cast<Stranded*>(argument);
    time::start_after(stranded.timer, 5'000'000);
    time::mod_timer(stranded.time_out, time::jiffies() + 1);
}

/// How often a state's functions were called for each CPU.
constinit std::array<Counter, arch::max_cpus> startups;
constinit std::array<Counter, arch::max_cpus> teardowns;
constinit Counter refuse; ///< not 0: the state does not let its CPU go

Result<void> note_startup(unsigned cpu)
{
    startups[cpu].increment();
    return {};
}
Result<void> note_teardown(unsigned cpu)
{
    if (refuse.get() != 0)
        return Errno::ebusy;
    teardowns[cpu].increment();
    return {};
}
constexpr smp::HotplugState counted{"test", smp::Stage::online, note_startup, note_teardown};

bool is_online(unsigned cpu) { return (smp::online_cpus() >> cpu & 1) != 0; }

bool go_and_come_back(unsigned cpu)
{
    Stranded stranded;
    Stranded::expired.set(0);
    if (!run_on(cpu, start_timers, &stranded) ||
        !check(static_cast<bool>(smp::cpu_down(cpu)), "a CPU does not go offline"))
        return false;
    const auto call = smp::call_function_single(
        cpu, [](void*) {}, nullptr, true);
    const bool gone = check(!is_online(cpu) && !call && call.error() == Errno::enxio, "an offline CPU serves calls");
    unsigned ran_on = cpu;
    run_on(
        cpu, [](void* place) { *static_cast<unsigned*>(place) = arch::cpu_id(); }, &ran_on);
    const bool task_moved = check(ran_on != cpu, "a task ran on an offline CPU");
    if (!check(static_cast<bool>(smp::cpu_up(cpu)), "a CPU does not come back"))
        return false;
    eventually([] { return Stranded::expired.get() == 2; });
    time::cancel(stranded.timer);
    time::timer_delete_sync(stranded.time_out);
    run_on(
        cpu, [](void* place) { *static_cast<unsigned*>(place) = arch::cpu_id(); }, &ran_on);
    return gone && task_moved && check(ran_on == cpu, "a task bound to a CPU does not return to it") &&
           check(Stranded::expired.get() == 2, "a timer expired twice");
}

bool all_go_and_come_back()
{
    for (unsigned round = 0; round < rounds; ++round)
        for (CpuMask left = smp::present_cpus() & ~CpuMask{1}; left != 0; left &= left - 1)
            if (!go_and_come_back(static_cast<unsigned>(std::countr_zero(left))))
                return false;
    return true;
}

bool cpus_go_and_come_back_under_load()
{
    Load load;
    bool done = false;
    {
        Crew crew;
        crew.start_on_all(work, &load);
        eventually([&] { return load.working.get() == arch::online_cpu_count(); });
        done = all_go_and_come_back();
        load.stop.set(1);
    }
    return done;
}

bool impossible_wishes_are_refused()
{
    const auto boot_cpu = smp::cpu_down(0);
    const auto none = smp::cpu_up(arch::max_cpus);
    const auto running = smp::cpu_up(0);
    return check(!boot_cpu && boot_cpu.error() == Errno::eperm, "the boot CPU goes") &&
           check(!none && none.error() == Errno::einval, "a CPU comes that there is not") &&
           check(!running && running.error() == Errno::einval, "a CPU comes twice");
}

bool states_are_told()
{
    if (!check(static_cast<bool>(smp::add_hotplug_state(counted)), "no room for a state"))
        return false;
    const CpuMask others = smp::online_cpus() & ~CpuMask{1};
    if (others == 0)
        return check(startups[0].get() == 1, "a state was not told of the CPU that is there");
    const auto cpu = static_cast<unsigned>(std::countr_zero(others));
    refuse.set(1);
    const auto refused = smp::cpu_down(cpu);
    refuse.set(0);
    const bool stayed = check(!refused && refused.error() == Errno::ebusy && is_online(cpu), "a refusal was ignored");
    return stayed && smp::cpu_down(cpu) && smp::cpu_up(cpu) &&
           check(startups[cpu].get() == 2 && teardowns[cpu].get() == 1, "a state was not told of a CPU");
}

bool cpus_come_and_go()
{
    return impossible_wishes_are_refused() && states_are_told() && cpus_go_and_come_back_under_load();
}

} // namespace

KERNEL_TEST(hotplug, cpus_come_and_go);

} // namespace kernel::test
