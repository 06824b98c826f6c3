// Requesting, sharing, disabling, moving: with a chip that remembers what it was told.
#include "arch/interrupts.hpp"
#include "kernel/irq/descriptor.hpp"
#include "kernel/irq/io_apic_chip.hpp"
#include "kernel/irq/vectors.hpp"
#include "tests/unit/guest/fake/machine.hpp"

#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <thread>
#include <vector>

namespace {
unsigned ends = 0;
std::vector<kernel::irq::Target> sent;
std::vector<std::string> wakes;
} // namespace

namespace arch {
void end_of_interrupt() { ++ends; }
void send_interrupt(unsigned cpu, u8 vector) { sent.push_back({cpu, vector}); }
} // namespace arch

namespace kernel::sched {
CpuMask online_cpus() { return 0b1111; }
void yield() {}
} // namespace kernel::sched

namespace kernel::irq {

Result<void> start_thread(Descriptor&, Action& action)
{
    action.thread = reinterpret_cast<Task*>(&action);
    return {};
}
void wake_thread(Descriptor& descriptor, Action& action)
{
    wakes.emplace_back(action.name);
    action.thread_wanted = true;
    if (action.flags.oneshot)
        descriptor.state.with([&](State& state) { state.oneshot_threads |= action.thread_bit; });
}
void stop_thread(Descriptor&, Action&) {}
void clean_up_old_target(Descriptor&, const State&) {}

namespace {

struct FakeChip final : Chip {
    std::string_view name() const override { return "fake"; }
    void mask(unsigned) override { masked = true; }
    void unmask(unsigned) override { masked = false; }
    void route(unsigned, Target to, Trigger, bool as_masked) override
    {
        target = to;
        masked = as_masked;
    }
    bool in_service(unsigned) override { return serves; }

    Target target;
    bool masked = true;
    bool serves = false;
};

FakeChip chip;
unsigned next_irq = 0;

} // namespace

Result<Descriptor*> make_io_apic_descriptor(unsigned gsi) { return make_descriptor(gsi, chip, gsi); }

namespace {

/// A device with a handler that does what the test says.
struct Device {
    std::function<Return()> handler = [] { return Return::handled; };
    unsigned calls = 0;
};

Return call(unsigned, void* argument)
{
    Device& device = *static_cast<Device*>(argument);
    ++device.calls;
    return device.handler();
}

class IrqFlow : public testing::Test {
protected:
    IrqFlow()
    {
        fake::booted_machine();
        chip = FakeChip{};
        ends = 0;
        sent.clear();
        wakes.clear();
    }

    /// The line interrupts, if it may.
    void interrupt()
    {
        if (!chip.masked)
            deliver();
    }
    void deliver()
    {
        const arch::InterruptsOff off;
        handle(*find(irq));
    }

    const unsigned irq = next_irq++;
    Device device;
    Device other;
};

constexpr Flags edge{};
constexpr Flags level{.trigger = Trigger::level};
constexpr Flags shared{.trigger = Trigger::level, .shared = true};
constexpr Flags oneshot{.trigger = Trigger::level, .oneshot = true};

TEST_F(IrqFlow, CallsTheHandlerAndEndsTheInterrupt)
{
    ASSERT_TRUE(request(irq, call, edge, "a", &device));
    interrupt();
    interrupt();
    EXPECT_EQ(device.calls, 2U);
    EXPECT_EQ(ends, 2U);
    EXPECT_EQ(count(irq, 0), 2U);
    free(irq, &device);
    EXPECT_TRUE(chip.masked);
}

TEST_F(IrqFlow, AnEdgeIsEndedBeforeALevelAfterItsHandler)
{
    unsigned ends_in_handler = 0;
    device.handler = [&] {
        ends_in_handler = ends;
        return Return::handled;
    };
    ASSERT_TRUE(request(irq, call, edge, "a", &device));
    interrupt();
    EXPECT_EQ(ends_in_handler, 1U);
    free(irq, &device);

    ASSERT_TRUE(request(irq, call, level, "a", &device));
    interrupt();
    EXPECT_EQ(ends_in_handler, 1U);
    EXPECT_EQ(ends, 2U);
    free(irq, &device);
}

TEST_F(IrqFlow, WhoSharesMustAgree)
{
    ASSERT_TRUE(request(irq, call, shared, "a", &device));
    EXPECT_EQ(request(irq, call, level, "b", &other).error(), Errno::ebusy);
    EXPECT_EQ(request(irq, call, {.shared = true}, "b", &other).error(), Errno::ebusy);
    EXPECT_EQ(request(irq, call, shared, "b", nullptr).error(), Errno::einval);
    ASSERT_TRUE(request(irq, call, shared, "b", &other));
    interrupt();
    EXPECT_EQ(device.calls, 1U);
    EXPECT_EQ(other.calls, 1U);
    free(irq, &device);
    interrupt();
    EXPECT_EQ(device.calls, 1U);
    EXPECT_EQ(other.calls, 2U);
    free(irq, &other);
}

TEST_F(IrqFlow, DisablingIsLazyAndAnEdgeIsMadeUpFor)
{
    ASSERT_TRUE(request(irq, call, edge, "a", &device));
    disable_nosync(irq);
    disable_nosync(irq);
    EXPECT_FALSE(chip.masked);
    interrupt();
    EXPECT_TRUE(chip.masked);
    EXPECT_EQ(device.calls, 0U);
    enable(irq);
    EXPECT_TRUE(chip.masked);
    enable(irq);
    EXPECT_FALSE(chip.masked);
    EXPECT_EQ(sent, std::vector{chip.target});
    free(irq, &device);
}

TEST_F(IrqFlow, ALevelIsNotMadeUpForItComesAgain)
{
    ASSERT_TRUE(request(irq, call, level, "a", &device));
    disable_nosync(irq);
    interrupt();
    EXPECT_TRUE(chip.masked);
    EXPECT_EQ(ends, 1U);
    enable(irq);
    EXPECT_FALSE(chip.masked);
    EXPECT_TRUE(sent.empty());
    free(irq, &device);
}

TEST_F(IrqFlow, AnEdgeThatComesWhileItsHandlerRunsRunsItAgain)
{
    ASSERT_TRUE(request(irq, call, edge, "a", &device));
    device.handler = [&] {
        if (device.calls == 1) {
            deliver(); // as on another CPU
            EXPECT_TRUE(chip.masked);
            EXPECT_EQ(device.calls, 1U);
        }
        return Return::handled;
    };
    interrupt();
    EXPECT_EQ(device.calls, 2U);
    EXPECT_FALSE(chip.masked);
    free(irq, &device);
}

TEST_F(IrqFlow, AOneshotLineIsMaskedUntilAllItsThreadsAreDone)
{
    const Flags both{.trigger = Trigger::level, .shared = true, .oneshot = true};
    device.handler = other.handler = [] { return Return::wake_thread; };
    ASSERT_TRUE(request_threaded(irq, call, call, both, "a", &device));
    ASSERT_TRUE(request_threaded(irq, call, call, both, "b", &other));
    interrupt();
    EXPECT_EQ(wakes, (std::vector<std::string>{"a", "b"}));
    EXPECT_TRUE(chip.masked);
    Descriptor& descriptor = *find(irq);
    Action& first = *descriptor.actions;
    Action& second = *first.next;
    first.thread_wanted = false;
    finish_oneshot(descriptor, first);
    EXPECT_TRUE(chip.masked);
    finish_oneshot(descriptor, second); // is wanted again already
    EXPECT_TRUE(chip.masked);
    second.thread_wanted = false;
    finish_oneshot(descriptor, second);
    EXPECT_FALSE(chip.masked);
    free(irq, &device);
    free(irq, &other);
}

TEST_F(IrqFlow, AThreadAloneMustBeOneshot)
{
    EXPECT_EQ(request_threaded(irq, nullptr, call, level, "a", &device).error(), Errno::einval);
    EXPECT_EQ(request_threaded(irq, nullptr, nullptr, oneshot, "a", &device).error(), Errno::einval);
    ASSERT_TRUE(request_threaded(irq, nullptr, call, oneshot, "a", &device));
    interrupt();
    EXPECT_EQ(wakes, std::vector<std::string>{"a"});
    free(irq, &device);
}

TEST_F(IrqFlow, WhatNobodyHandlesIsDisabled)
{
    device.handler = [] { return Return::none; };
    ASSERT_TRUE(request(irq, call, level, "a", &device));
    for (u32 n = 0; n < SpuriousDetector::window - 1; ++n)
        interrupt();
    EXPECT_FALSE(chip.masked);
    interrupt();
    EXPECT_TRUE(chip.masked);
    free(irq, &device);
}

TEST_F(IrqFlow, AnEdgeMovesAtOnce)
{
    ASSERT_TRUE(request(irq, call, edge, "a", &device));
    const Target before = chip.target;
    ASSERT_TRUE(set_affinity(irq, 0b1000));
    EXPECT_EQ(chip.target.cpu, 3U);
    EXPECT_FALSE(chip.masked);
    EXPECT_EQ(vectors().irq_of(before.cpu, before.vector), irq); // still: something may be on its way
    EXPECT_EQ(vectors().irq_of(3, chip.target.vector), irq);
    EXPECT_EQ(set_affinity(irq, 0).error(), Errno::einval);
    EXPECT_EQ(set_affinity(irq, 0b10000).error(), Errno::einval);
    free(irq, &device);
}

TEST_F(IrqFlow, ALevelMovesWhenItHasBeenEnded)
{
    ASSERT_TRUE(request(irq, call, level, "a", &device));
    ASSERT_TRUE(set_affinity(irq, 1));
    Descriptor& descriptor = *find(irq);
    descriptor.state.with([](State& state) { state.old_target.reset(); });
    chip.serves = true;
    ASSERT_TRUE(set_affinity(irq, 0b100));
    EXPECT_EQ(chip.target.cpu, 0U);
    EXPECT_FALSE(chip.masked);

    device.handler = [&] {
        chip.serves = false; // as the end of the interrupt, which follows, will have it
        return Return::handled;
    };
    interrupt();
    EXPECT_EQ(chip.target.cpu, 2U);
    EXPECT_FALSE(chip.masked);
    free(irq, &device);
}

TEST_F(IrqFlow, LeavesACpuThatGoesOffline)
{
    ASSERT_TRUE(request(irq, call, edge, "a", &device));
    ASSERT_TRUE(set_affinity(irq, 0b10));
    find(irq)->state.with([](State& state) { state.old_target.reset(); });
    EXPECT_EQ(chip.target.cpu, 1U);
    std::thread away{[&] { leave_cpu(1); }};
    Descriptor& descriptor = *find(irq);
    while (descriptor.state.with([](const State& state) { return state.target->cpu == 1; }))
        std::this_thread::yield();
    descriptor.state.with([](State& state) { state.old_target.reset(); }); // the clean-up
    away.join();
    EXPECT_NE(chip.target.cpu, 1U);
    join_cpu(1);
    free(irq, &device);
}

} // namespace
} // namespace kernel::irq
