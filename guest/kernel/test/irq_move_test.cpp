// Interrupts that come while they are moved from CPU to CPU: by messages and by a level-triggered line.
#include "arch/interrupts.hpp"
#include "kernel/irq/descriptor.hpp"
#include "kernel/test/crew.hpp"
#include "kernel/test/interrupt_tester.hpp"
#include "kernel/test/kernel_test.hpp"

namespace kernel {
namespace {

using irq::Return;
using test::check;
using test::Counter;
using test::eventually;

/// One after another is asked for, by a task of its own. One that is lost ends the run: the next is never asked for.
struct Traffic {
    Traffic(unsigned index, bool level) : source{index}, by_level{level} {}

    test::InterruptSource source;
    const bool by_level;
    unsigned irq = 0;
    Counter asked_for;
    Counter seen;
    Counter stop;
    Counter calls_on[arch::max_cpus];
};

Return handle(unsigned, void* argument)
{
    Traffic& traffic = *static_cast<Traffic*>(argument);
    traffic.calls_on[arch::cpu_id()].increment();
    if (traffic.by_level)
        traffic.source.set_level(false);
    traffic.seen.set(traffic.asked_for.get());
    return Return::handled;
}

void ask(void* argument)
{
    Traffic& traffic = *static_cast<Traffic*>(argument);
    for (u32 number = 1; traffic.stop.get() == 0; ++number) {
        traffic.asked_for.set(number);
        if (traffic.by_level)
            traffic.source.set_level(true);
        else
            traffic.source.send();
        eventually([&] { return traffic.seen.get() == number; });
    }
}

u32 calls_elsewhere(const Traffic& traffic, unsigned cpu)
{
    u32 calls = 0;
    for (unsigned other = 0; other < arch::cpu_count(); ++other)
        calls += other == cpu ? 0 : traffic.calls_on[other].get();
    return calls;
}

/// Once it has settled down on `cpu`, it comes nowhere else.
bool comes_only_to(Traffic& traffic, unsigned cpu)
{
    constexpr u32 several = 5;
    test::wait_until_settled(traffic.irq, cpu);
    irq::synchronize(traffic.irq);
    const u32 elsewhere = calls_elsewhere(traffic, cpu);
    const u32 before = traffic.seen.get();
    eventually([&] { return traffic.seen.get() - before >= several; });
    return calls_elsewhere(traffic, cpu) == elsewhere;
}

bool moves_while_interrupts_come(Traffic& traffic)
{
    constexpr unsigned rounds = 3;
    if (!check(static_cast<bool>(irq::request(traffic.irq, handle,
                                              {.trigger = traffic.by_level ? irq::Trigger::level : irq::Trigger::edge},
                                              "test", &traffic)),
               "request failed"))
        return false;
    bool right = false;
    {
        test::Crew crew;
        right = crew.start(arch::cpu_count() - 1, ask, &traffic);
        for (unsigned round = 0; right && round < rounds; ++round)
            for (CpuMask rest = sched::online_cpus(); rest != 0; rest &= rest - 1) {
                const auto cpu = static_cast<unsigned>(__builtin_ctz(rest));
                right = right && irq::set_affinity(traffic.irq, CpuMask{1} << cpu) && comes_only_to(traffic, cpu);
            }
        traffic.stop.set(1);
    }
    irq::free(traffic.irq, &traffic);
    return check(right, "an interrupt came to another CPU than it had been sent to");
}

bool level_moves()
{
    if (!test::InterruptSource::is_there())
        return false;
    const test::AllAwake awake;
    Traffic traffic{6, true};
    traffic.irq = traffic.source.gsi();
    return moves_while_interrupts_come(traffic);
}
KERNEL_TEST(level_affinity, level_moves);

bool messages_move()
{
    if (!test::InterruptSource::is_there())
        return false;
    Traffic traffic{0, false};
    const auto irq = irq::allocate_msi(traffic.source);
    if (!check(static_cast<bool>(irq), "no interrupt for messages"))
        return false;
    traffic.irq = irq.value();
    const bool moved = moves_while_interrupts_come(traffic);
    irq::free_msi(traffic.irq);
    return moved;
}
KERNEL_TEST(msi_affinity, messages_move);

Return count(unsigned, void* calls)
{
    static_cast<Counter*>(calls)->increment();
    return Return::handled;
}

/// Each message is an interrupt of its own; those of one source that come together may be one.
bool messages_go_to_their_own_handlers()
{
    constexpr unsigned sources = 4;
    if (!test::InterruptSource::is_there())
        return false;
    test::InterruptSource devices[sources] = {test::InterruptSource{0}, test::InterruptSource{1},
                                              test::InterruptSource{2}, test::InterruptSource{3}};
    Counter calls[sources];
    unsigned irqs[sources] = {};
    bool right = true;
    for (unsigned index = 0; index < sources; ++index) {
        irqs[index] = irq::allocate_msi(devices[index]).value();
        right = right && irq::request(irqs[index], count, {}, "test", &calls[index]);
    }
    for (u32 round = 1; right && round <= 10; ++round)
        for (unsigned index = 0; index < sources; ++index) {
            devices[index].send();
            eventually([&] { return calls[index].get() == round; });
        }
    for (const Counter& own : calls)
        right = right && own.get() == 10;
    devices[0].send(50);
    eventually([&] { return calls[0].get() > 10; });
    for (unsigned index = 0; index < sources; ++index) {
        irq::free(irqs[index], &calls[index]);
        irq::free_msi(irqs[index]);
    }
    return check(right, "a message came to another's handler");
}
KERNEL_TEST(msi_sources, messages_go_to_their_own_handlers);

/// A device that wants something while its message is masked sends it afterwards.
bool messages_wait_while_masked()
{
    if (!test::InterruptSource::is_there())
        return false;
    test::InterruptSource device{5};
    Counter calls;
    const unsigned irq = irq::allocate_msi(device).value();
    if (!check(static_cast<bool>(irq::request(irq, count, {}, "test", &calls)), "request failed"))
        return false;
    device.mask_message();
    device.send(3);
    const u32 while_masked = calls.get();
    device.unmask_message();
    eventually([&] { return calls.get() != 0; });
    irq::free(irq, &calls);
    irq::free_msi(irq);
    return check(while_masked == 0 && calls.get() == 1, "a masked message was not sent once, and afterwards");
}
KERNEL_TEST(msi_masked, messages_wait_while_masked);

/// Edges at a pin, on every CPU in turn.
bool edges_come_to_every_cpu()
{
    if (!test::InterruptSource::is_there())
        return false;
    test::InterruptSource device{2};
    Counter calls;
    if (!check(static_cast<bool>(irq::request(device.gsi(), count, {}, "test", &calls)), "request failed"))
        return false;
    bool right = true;
    u32 sent = 0;
    for (CpuMask rest = sched::online_cpus(); rest != 0; rest &= rest - 1) {
        const auto cpu = static_cast<unsigned>(__builtin_ctz(rest));
        right = right && irq::set_affinity(device.gsi(), CpuMask{1} << cpu);
        test::wait_until_settled(device.gsi(), cpu);
        const u32 before = irq::count(device.gsi(), cpu);
        for (u32 pulse = 0; pulse < 5; ++pulse) {
            device.pulse();
            ++sent;
            eventually([&] { return calls.get() == sent; });
        }
        right = right && irq::count(device.gsi(), cpu) == before + 5;
    }
    device.set_level(true); // an edge is a moment: that the line stays high is nothing new
    eventually([&] { return calls.get() == sent + 1; });
    device.set_level(false);
    device.pulse();
    eventually([&] { return calls.get() == sent + 2; });
    irq::free(device.gsi(), &calls);
    return check(right, "an edge came to another CPU than it was sent to") &&
           check(calls.get() == sent + 2, "an edge came twice");
}
KERNEL_TEST(edge_pin, edges_come_to_every_cpu);

} // namespace
} // namespace kernel
