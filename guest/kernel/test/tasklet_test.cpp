// Tasklets: one at a time, once for each time they were scheduled after they began to run.
#include "arch/interrupts.hpp"
#include "kernel/irq/tasklet.hpp"
#include "kernel/sync/preempt.hpp"
#include "kernel/test/kernel_test.hpp"
#include "kernel/test/support.hpp"

namespace kernel {
namespace {

using test::check;
using test::Counter;
using test::eventually;

class TestTasklet : public Tasklet {
public:
    explicit TestTasklet(Urgency urgency = Urgency::normal) : Tasklet{run, urgency} {}

    Counter runs;
    Counter inside;
    Counter wrong;

private:
    static void run(Tasklet& tasklet)
    {
        auto& self = static_cast<TestTasklet&>(tasklet);
        self.inside.increment();
        if (self.inside.get() != 1 || !in_serving_softirq() || !arch::interrupts_enabled())
            self.wrong.increment();
        for (unsigned spin = 0; spin < 20; ++spin) // long enough for others to come in, if they could
            arch::relax();
        self.runs.increment();
        self.inside.set(self.inside.get() - 1);
    }
};

/// Tasks on all CPUs schedule one tasklet, again and again.
struct Crowd {
    static constexpr unsigned rounds = 200;
    TestTasklet tasklet;
    Counter members;
};

void schedule_often(void* argument)
{
    Crowd& crowd = *static_cast<Crowd*>(argument);
    for (unsigned round = 0; round < Crowd::rounds; ++round)
        crowd.tasklet.schedule();
    crowd.members.increment();
}

bool runs_one_at_a_time()
{
    static Crowd crowd;
    u32 started = 0;
    for (CpuMask rest = sched::online_cpus(); rest != 0; rest &= rest - 1, ++started) {
        const auto task = sched::create_task("ktest", schedule_often, &crowd, rest & -rest);
        if (!check(static_cast<bool>(task), "no memory for a task"))
            return false;
        sched::wake(*task.value());
    }
    eventually([&] { return crowd.members.get() == started; });
    crowd.tasklet.kill();
    return check(crowd.tasklet.wrong.get() == 0, "a tasklet ran on two CPUs at once, or in the wrong context") &&
           check(crowd.tasklet.runs.get() != 0, "a tasklet did not run") &&
           check(crowd.tasklet.runs.get() <= started * Crowd::rounds, "a tasklet ran more often than it was scheduled");
}
KERNEL_TEST(tasklet_serialised, runs_one_at_a_time);

bool waits_while_disabled()
{
    TestTasklet tasklet{Tasklet::Urgency::high};
    tasklet.disable();
    tasklet.schedule();
    tasklet.schedule();
    const u32 while_disabled = tasklet.runs.get();
    tasklet.enable();
    tasklet.kill();
    return check(while_disabled == 0, "a disabled tasklet ran") &&
           check(tasklet.runs.get() == 1, "a tasklet that was scheduled twice before it ran did not run once");
}
KERNEL_TEST(tasklet_disabled, waits_while_disabled);

} // namespace
} // namespace kernel
