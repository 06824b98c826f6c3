// Level-triggered interrupts by a real I/O APIC: they come for as long as the device is not content. They may come once
// more than that: some backends of KVM end an interrupt by themselves when a vCPU exits while it is handled, so that it
// is sent again.
#include "arch/clock.hpp"
#include "arch/interrupts.hpp"
#include "kernel/irq/descriptor.hpp"
#include "kernel/test/interrupt_tester.hpp"
#include "kernel/test/kernel_test.hpp"

namespace kernel {
namespace {

using irq::Return;
using test::check;
using test::count_everywhere;
using test::Counter;
using test::eventually;

constexpr irq::Flags level{.trigger = irq::Trigger::level};
constexpr irq::Flags shared{.trigger = irq::Trigger::level, .shared = true};
constexpr irq::Flags oneshot{.trigger = irq::Trigger::level, .shared = true, .oneshot = true};

/// Lowers the line when its interrupt has come `patience` times.
struct Driver {
    explicit Driver(unsigned index, u32 calls_until_content = 1) : source{index}, patience{calls_until_content} {}

    test::InterruptSource source;
    const u32 patience;
    Counter calls;  ///< with its own source asserted
    Counter others; ///< without
    Counter thread_calls;
};

Return handle(unsigned, void* argument)
{
    Driver& driver = *static_cast<Driver*>(argument);
    if (!driver.source.level()) {
        driver.others.increment();
        return Return::none;
    }
    if ((driver.calls.get() + 1) % driver.patience == 0)
        driver.source.set_level(false);
    driver.calls.increment(); // and the test goes on
    return Return::handled;
}

bool comes_until_the_device_is_content()
{
    constexpr u32 patience = 3;
    if (!test::InterruptSource::is_there())
        return false;
    const test::AllAwake awake;
    Driver driver{0, patience};
    if (!check(static_cast<bool>(irq::request(driver.source.gsi(), handle, level, "test", &driver)), "request failed"))
        return false;
    for (u32 round = 1; round <= 10; ++round) {
        driver.source.set_level(true);
        eventually([&] { return driver.calls.get() == round * patience; });
    }
    irq::free(driver.source.gsi(), &driver);
    driver.source.set_level(true);
    const u32 calls = driver.calls.get();
    driver.source.set_level(false);
    return check(calls == 10 * patience, "a handler was called that had been freed");
}
KERNEL_TEST(level_flow, comes_until_the_device_is_content);

/// Each lowers its own source; the line stays high, and the interrupt comes again, until both are content.
bool is_shared_by_two()
{
    if (!test::InterruptSource::is_there())
        return false;
    const test::AllAwake awake;
    Driver first{0};
    Driver second{1};
    const unsigned irq = first.source.gsi();
    if (!check(irq == second.source.gsi() && irq::request(irq, handle, shared, "first", &first) &&
                   irq::request(irq, handle, shared, "second", &second),
               "request failed"))
        return false;
    for (u32 round = 1; round <= 10; ++round) {
        first.source.set_level(true);
        second.source.set_level(true);
        eventually([&] { return first.calls.get() == round && second.calls.get() == round; });
    }
    const u32 others = first.others.get();
    second.source.set_level(true);
    eventually([&] { return second.calls.get() == 11; });
    irq::free(irq, &first);
    const bool asked = first.others.get() > others && first.calls.get() == 10;
    second.source.set_level(true);
    eventually([&] { return second.calls.get() == 12; });
    irq::free(irq, &second);
    return check(asked, "not all who share the line were asked");
}
KERNEL_TEST(level_shared, is_shared_by_two);

/// A line that is high while it is disabled comes once, is masked, and comes again when it is enabled.
bool waits_while_disabled()
{
    if (!test::InterruptSource::is_there())
        return false;
    const test::AllAwake awake;
    Driver driver{0};
    const unsigned irq = driver.source.gsi();
    if (!check(static_cast<bool>(irq::request(irq, handle, level, "test", &driver)), "request failed"))
        return false;
    irq::disable(irq);
    driver.source.set_level(true);
    irq::Descriptor& descriptor = *irq::find(irq);
    eventually([&] { return descriptor.state.with([](const irq::State& state) { return state.masked; }); });
    const u32 calls = driver.calls.get();
    irq::enable(irq);
    eventually([&] { return driver.calls.get() == 1; });
    irq::free(irq, &driver);
    return check(calls == 0, "a handler was called while its interrupt was disabled");
}
KERNEL_TEST(level_disable, waits_while_disabled);

Return handle_in_thread(unsigned, void* argument)
{
    Driver& driver = *static_cast<Driver*>(argument);
    if (!driver.source.level())
        return Return::none;
    for (unsigned pause = 0; pause < 5; ++pause)
        sched::yield(); // the line is high, and would come again and again
    driver.source.set_level(false);
    driver.thread_calls.increment();
    return Return::handled;
}

/// The line stays masked until both threads are done: it does not come again meanwhile.
bool is_masked_until_its_threads_are_done()
{
    constexpr u32 rounds = 5;
    constexpr u32 once_or_so = 4;
    if (!test::InterruptSource::is_there())
        return false;
    const test::AllAwake awake;
    Driver first{2};
    Driver second{3};
    const unsigned irq = first.source.gsi();
    if (!check(irq::request_threaded(irq, nullptr, handle_in_thread, oneshot, "first", &first) &&
                   irq::request_threaded(irq, nullptr, handle_in_thread, oneshot, "second", &second),
               "request failed"))
        return false;
    const u32 before = count_everywhere(irq);
    for (u32 round = 1; round <= rounds; ++round) {
        first.source.set_level(true);
        eventually([&] { return first.thread_calls.get() == round; });
        irq::synchronize(irq);
    }
    const u32 came = count_everywhere(irq) - before;
    for (u32 round = 1; round <= rounds; ++round) {
        first.source.set_level(true);
        second.source.set_level(true);
        eventually([&] { return first.thread_calls.get() == rounds + round && second.thread_calls.get() == round; });
    }
    irq::free(irq, &first);
    irq::free(irq, &second);
    return check(came <= once_or_so * rounds, "a oneshot line came again before its thread was done");
}
KERNEL_TEST(level_oneshot, is_masked_until_its_threads_are_done);

Return ignore(unsigned, void* calls)
{
    static_cast<Counter*>(calls)->increment();
    return Return::none;
}

/// As if 99,990 interrupts had come already; again, when the detector has begun anew: where the host is busy, even
/// these may be far apart.
bool is_given_up(irq::Descriptor& descriptor)
{
    return descriptor.state.with([](irq::State& state) {
        if (!state.spurious_disabled && state.spurious.unhandled() < 99'990)
            state.spurious.pretend(99'990, arch::monotonic_nanoseconds());
        return state.spurious_disabled;
    });
}

/// A device whose driver does not know it: nothing else would ever run on that CPU again.
bool is_given_up_when_nobody_cares()
{
    if (!test::InterruptSource::is_there())
        return false;
    const test::AllAwake awake;
    Counter calls;
    Driver driver{4};
    const unsigned irq = driver.source.gsi();
    if (!check(static_cast<bool>(irq::request(irq, ignore, shared, "test", &calls)), "request failed"))
        return false;
    irq::Descriptor& descriptor = *irq::find(irq);
    is_given_up(descriptor); // from here on nobody may get to look for a while
    driver.source.set_level(true);
    eventually([&] { return is_given_up(descriptor); });
    const u32 given_up_after = calls.get();
    irq::free(irq, &calls);

    // The next driver knows the device, and finds that it has been waiting.
    if (!check(static_cast<bool>(irq::request(irq, handle, level, "test", &driver)), "request failed"))
        return false;
    eventually([&] { return driver.calls.get() == 1; });
    irq::free(irq, &driver);
    return check(given_up_after >= 10, "a line that nobody cares for was given up at the wrong time");
}
KERNEL_TEST(level_unhandled, is_given_up_when_nobody_cares);

} // namespace
} // namespace kernel
