// NMIs reach CPUs that have their interrupts masked, are handled, and what they interrupted goes on.
#include "arch/interrupts.hpp"
#include "arch/nmi.hpp"
#include "kernel/sync/preempt.hpp"
#include "kernel/test/crew.hpp"
#include "kernel/test/kernel_test.hpp"

namespace kernel::test {
namespace {

constinit Counter taken;
constinit Counter out_of_place;
constinit Counter wanted; ///< not 0: they are this test's

bool take(const arch::TrapFrame&)
{
    if (wanted.get() == 0)
        return false;
    if (!in_nmi())
        out_of_place.increment();
    taken.increment();
    return true;
}
constinit arch::NmiHandler handler{"test", take};

struct Deaf {
    Counter ready;
    Counter stop;
};

/// Masks its CPU's interrupts until it is told to stop.
void go_deaf(void* argument)
{
    Deaf& deaf = *static_cast<Deaf*>(argument);
    const arch::InterruptsOff off;
    deaf.ready.set(1);
    while (deaf.stop.get() == 0)
        arch::relax();
}

/// Sends them until one has been taken: a CPU whose monitor is at work only notes the first.
void send_until_taken(unsigned cpu)
{
    const u32 before = taken.get();
    while (taken.get() == before) {
        arch::send_nmi(cpu);
        for (unsigned look = 0; look < 1000 && taken.get() == before; ++look)
            sched::yield();
    }
}

bool send_to(unsigned cpu)
{
    constexpr u32 count = 20;
    Deaf deaf;
    Crew crew;
    if (!crew.start(cpu, go_deaf, &deaf))
        return false;
    eventually([&] { return deaf.ready.get() != 0; });
    for (u32 number = 0; number < count; ++number)
        send_until_taken(cpu);
    deaf.stop.set(1);
    return true;
}

bool nmis_are_handled()
{
    arch::register_nmi_handler(handler);
    wanted.set(1);
    bool sent = true;
    for (CpuMask left = sched::online_cpus() & ~(CpuMask{1} << arch::cpu_id()); left != 0; left &= left - 1)
        sent = sent && send_to(static_cast<unsigned>(__builtin_ctz(left)));
    send_until_taken(arch::cpu_id());
    wanted.set(0);
    arch::send_nmi(arch::cpu_id()); // nobody's: it is reported, and that is all
    return sent && check(out_of_place.get() == 0, "an NMI was not handled as one");
}

} // namespace

KERNEL_TEST(nmi, nmis_are_handled);

} // namespace kernel::test
