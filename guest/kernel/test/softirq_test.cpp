// Soft interrupts on the real machine: where they run, and who runs those that pile up.
#include "arch/interrupts.hpp"
#include "kernel/irq/softirq.hpp"
#include "kernel/test/kernel_test.hpp"
#include "kernel/test/support.hpp"

namespace kernel {
namespace {

using softirq::Vector;
using test::check;
using test::eventually;

constexpr Vector free_vector = Vector::irq_poll; ///< nobody else uses it

struct Storm {
    static constexpr u32 length = 1'000;
    test::Counter served;
    test::Counter by_thread;
    test::Counter wrong;
};
constinit Storm storm;

bool is_thread(const Task& task) { return task.name().starts_with("ksoftirqd/"); }

/// Raises itself again and again.
void serve_storm()
{
    if (!arch::interrupts_enabled() || !in_serving_softirq() || in_hardirq())
        storm.wrong.increment();
    if (is_thread(Task::current()))
        storm.by_thread.increment();
    storm.served.increment();
    if (storm.served.get() < Storm::length)
        softirq::raise(free_vector);
}

bool piles_up_in_the_thread()
{
    storm.served.set(0);
    softirq::open(free_vector, serve_storm);

    u32 served_at_once = 0;
    {
        const softirq::Disabled disabled;
        softirq::raise(free_vector);
        served_at_once = storm.served.get();
    }
    const u32 served_before_waiting = storm.served.get();
    eventually([] { return storm.served.get() == Storm::length; });

    return check(served_at_once == 0, "a soft interrupt ran where they are disabled") &&
           check(served_before_waiting != 0, "none ran where they were enabled again") &&
           check(storm.by_thread.get() != 0, "ksoftirqd had nothing to do") &&
           check(storm.wrong.get() == 0, "a soft interrupt ran in the wrong context");
}

constinit test::Counter visits[arch::max_cpus];

void serve_visit() { visits[arch::cpu_id()].increment(); }

bool runs_where_it_is_raised()
{
    softirq::open(free_vector, serve_visit);
    for (CpuMask rest = sched::online_cpus(); rest != 0; rest &= rest - 1) {
        const auto cpu = static_cast<unsigned>(__builtin_ctz(rest));
        const u32 count = softirq::count(cpu, free_vector);
        const auto raise = [](void*) { softirq::raise(free_vector); };
        if (!test::run_on(cpu, raise, nullptr))
            return false;
        eventually([cpu] { return visits[cpu].get() == 1; });
        if (!check(softirq::count(cpu, free_vector) == count + 1, "a soft interrupt was not counted"))
            return false;
    }
    return true;
}

} // namespace

KERNEL_TEST(softirq_storm, piles_up_in_the_thread);
KERNEL_TEST(softirq_cpus, runs_where_it_is_raised);

} // namespace kernel
