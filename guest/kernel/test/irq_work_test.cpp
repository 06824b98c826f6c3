// Deferral to a hard interrupt.
#include "arch/interrupts.hpp"
#include "kernel/irq/irq_work.hpp"
#include "kernel/sync/preempt.hpp"
#include "kernel/test/kernel_test.hpp"
#include "kernel/test/support.hpp"

namespace kernel {
namespace {

using test::check;
using test::Counter;
using test::eventually;

class CountingWork : public IrqWork {
public:
    explicit CountingWork(u32 again = 0) : IrqWork{run}, again_{again} {}

    Counter calls;
    Counter wrong_context;

private:
    static void run(IrqWork& work)
    {
        auto& self = static_cast<CountingWork&>(work);
        if (!in_hardirq() || in_nmi() || arch::interrupts_enabled())
            self.wrong_context.increment();
        self.calls.increment();
        if (self.again_ != 0) {
            --self.again_;
            work.queue();
        }
    }

    u32 again_;
};

bool runs_once_interrupts_are_unmasked()
{
    constexpr u32 again = 3;
    CountingWork once;
    CountingWork several{again};
    u32 too_early = 0;
    bool queued_twice = false;
    {
        const arch::InterruptsOff off;
        once.queue();
        several.queue();
        queued_twice = once.queue();
        too_early = once.calls.get() + several.calls.get();
    }
    eventually([&] { return once.calls.get() == 1 && several.calls.get() == 1 + again; });
    once.synchronize();
    several.synchronize();
    return check(too_early == 0, "work ran with interrupts masked") &&
           check(!queued_twice, "work that is pending was queued again") &&
           check(once.wrong_context.get() + several.wrong_context.get() == 0, "work ran in the wrong context");
}
KERNEL_TEST(irq_work_masked, runs_once_interrupts_are_unmasked);

/// From where neither a lock may be taken nor interrupts be unmasked.
bool can_be_queued_in_an_nmi()
{
    CountingWork work;
    u32 too_early = 0;
    bool stayed_masked = false;
    {
        const arch::InterruptsOff off;
        preempt::nmi_enter();
        work.queue();
        stayed_masked = !arch::interrupts_enabled();
        too_early = work.calls.get();
        preempt::nmi_exit();
    }
    eventually([&] { return work.calls.get() == 1; });
    work.synchronize();
    return check(stayed_masked && too_early == 0, "work ran within the NMI") &&
           check(work.wrong_context.get() == 0, "work ran in the wrong context");
}
KERNEL_TEST(irq_work_nmi, can_be_queued_in_an_nmi);

} // namespace
} // namespace kernel
