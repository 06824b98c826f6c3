// Calls between CPUs: each is served once, by the CPU that was meant, in interrupt context; and nobody waits for ever
// when all call all at once.
#include "arch/interrupts.hpp"
#include "kernel/smp/call_function.hpp"
#include "kernel/sync/preempt.hpp"
#include "kernel/test/crew.hpp"
#include "kernel/test/kernel_test.hpp"

#include <algorithm>
#include <array>

namespace kernel::test {
namespace {

struct Calls {
    std::array<u32, arch::max_cpus> served{};
    u32 out_of_place = 0; ///< not where, or not as, they should be served
};

void count_call(void* argument)
{
    Calls& calls = *static_cast<Calls*>(argument);
    __atomic_add_fetch(&calls.served[arch::cpu_id()], 1, __ATOMIC_RELAXED);
    if (arch::interrupts_enabled())
        __atomic_add_fetch(&calls.out_of_place, 1, __ATOMIC_RELAXED);
}

u32 total(const Calls& calls)
{
    u32 sum = 0;
    for (const u32& served : calls.served)
        sum += __atomic_load_n(&served, __ATOMIC_ACQUIRE);
    return sum;
}

bool reaches_each_cpu_once()
{
    Calls calls;
    for (CpuMask left = sched::online_cpus(); left != 0; left &= left - 1) {
        const auto cpu = static_cast<unsigned>(__builtin_ctz(left));
        if (!check(static_cast<bool>(smp::call_function_single(cpu, count_call, &calls, true)), "no such CPU") ||
            !check(calls.served[cpu] == 1, "a call was not served by its CPU when it was waited for"))
            return false;
    }
    smp::on_each_cpu(count_call, &calls);
    return check(total(calls) == 2 * arch::online_cpu_count(), "a call was lost, or served twice") &&
           check(calls.out_of_place == 0, "a call was served with interrupts enabled");
}

bool finds_nobody_on_a_cpu_that_is_not_there()
{
    Calls calls;
    const auto result = smp::call_function_single(arch::max_cpus - 1, count_call, &calls, true);
    return arch::online_cpu_count() == arch::max_cpus ||
           check(!result && result.error() == Errno::enxio && total(calls) == 0, "an absent CPU served a call");
}

struct Storm {
    /// Each is a call to every other CPU: fewer of them where there are many CPUs.
    const u32 rounds = std::max(64 / (arch::online_cpu_count() * arch::online_cpu_count()), 3U);
    Calls waited_for;
    Calls sent_only;
};

void call_all(void* argument)
{
    Storm& storm = *static_cast<Storm*>(argument);
    for (u32 round = 0; round < storm.rounds; ++round) {
        smp::call_function(all_cpus, count_call, &storm.sent_only, false);
        smp::call_function(all_cpus, count_call, &storm.waited_for, true);
    }
}

/// All CPUs call all others at once, waiting and not waiting.
bool survives_a_storm()
{
    Storm storm;
    {
        Crew crew;
        crew.start_on_all(call_all, &storm);
    }
    const u32 cpus = arch::online_cpu_count();
    const u32 expected = storm.rounds * cpus * (cpus - 1);
    // Calls from one CPU to another are served in order: behind the last that was waited for, none is left.
    return check(total(storm.waited_for) == expected, "a call that was waited for was lost, or served twice") &&
           check(total(storm.sent_only) == expected, "a call was lost, or served twice") &&
           check(storm.waited_for.out_of_place + storm.sent_only.out_of_place == 0, "a call was served out of place");
}

/// With interrupts masked, from the CPU that runs and to all others: a call that is busy says so, and is not lost.
bool sends_from_any_context()
{
    static std::array<smp::Call, arch::max_cpus> own_calls{};
    Calls calls;
    u32 sent = 0;
    for (CpuMask left = sched::online_cpus(); left != 0; left &= left - 1) {
        const arch::InterruptsOff off;
        const auto cpu = static_cast<unsigned>(__builtin_ctz(left));
        if (cpu == arch::cpu_id())
            continue;
        for (unsigned time = 0; time < 3; ++time)
            if (smp::call_function_single_async(cpu, own_calls[cpu], count_call, &calls))
                ++sent;
    }
    while (total(calls) != sent)
        arch::relax();
    return check(sent >= arch::online_cpu_count() - 1, "a first call was refused");
}

bool calls_functions()
{
    return reaches_each_cpu_once() && finds_nobody_on_a_cpu_that_is_not_there() && survives_a_storm() &&
           sends_from_any_context();
}

} // namespace

KERNEL_TEST(call_function, calls_functions);

} // namespace kernel::test
