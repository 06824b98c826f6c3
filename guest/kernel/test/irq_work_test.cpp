// Deferral to a hard interrupt.
#include "arch/interrupts.hpp"
#include "arch/nmi.hpp"
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

constinit CountingWork* wanted_by_nmi = nullptr; ///< the next NMI is the test's, and queues it

bool queue_wanted(const arch::TrapFrame&)
{
    CountingWork* const work = __atomic_exchange_n(&wanted_by_nmi, nullptr, __ATOMIC_SEQ_CST);
    if (work == nullptr)
        return false;
    work->queue();
    return true;
}
constinit arch::NmiHandler queueing_handler{"irq_work test", queue_wanted};

/// On every CPU in turn, whatever it is doing.
bool runs_soon_after_a_real_nmi()
{
    constexpr unsigned rounds = 5;
    static Counter registered;
    if (registered.get() == 0)
        arch::register_nmi_handler(queueing_handler);
    registered.set(1);
    CountingWork work;
    u32 sent = 0;
    for (unsigned round = 0; round < rounds; ++round)
        for (CpuMask rest = sched::online_cpus(); rest != 0; rest &= rest - 1) {
            __atomic_store_n(&wanted_by_nmi, &work, __ATOMIC_SEQ_CST);
            ++sent;
            // Again when it has only been noted; the second finds that nothing is wanted.
            for (u32 look = 0; work.calls.get() != sent; ++look) {
                if (look % 1000 == 0 && __atomic_load_n(&wanted_by_nmi, __ATOMIC_SEQ_CST) != nullptr)
                    arch::send_nmi(static_cast<unsigned>(__builtin_ctz(rest)));
                sched::yield();
            }
        }
    work.synchronize();
    return check(work.wrong_context.get() == 0, "work ran in the wrong context");
}
KERNEL_TEST(irq_work_real_nmi, runs_soon_after_a_real_nmi);

} // namespace
} // namespace kernel
