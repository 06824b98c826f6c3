#include "kernel/irq/softirq.hpp"

#include "arch/interrupts.hpp"
#include "kernel/sync/bottom_half_safe.hpp"
#include "lib/locked.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace kernel::softirq {
namespace {

unsigned thread_wakes = 0;
std::vector<Vector> served;
unsigned raises_left = 0;
bool masked_while_served = false;

void handle_tasklet()
{
    served.push_back(Vector::tasklet);
    masked_while_served |= !arch::interrupts_enabled() || !in_serving_softirq();
}
void handle_timer()
{
    served.push_back(Vector::timer);
    if (raises_left != 0) {
        --raises_left;
        raise(Vector::timer);
    }
}

/// An interrupt that raises soft interrupts.
void interrupt(std::initializer_list<Vector> vectors)
{
    const arch::InterruptsOff off;
    preempt::irq_enter();
    for (const Vector vector : vectors)
        raise(vector);
    EXPECT_TRUE(in_hardirq());
    preempt::irq_exit();
    run_after_interrupt();
    EXPECT_FALSE(arch::interrupts_enabled());
}

class SoftIrq : public testing::Test {
protected:
    SoftIrq()
    {
        served.clear();
        thread_wakes = 0;
        raises_left = 0;
        masked_while_served = false;
        arch::clear_softirq_pending();
        open(Vector::tasklet, handle_tasklet);
        open(Vector::timer, handle_timer);
    }
    ~SoftIrq() override { EXPECT_EQ(preempt::count(), 0U); }
};

using Served = std::vector<Vector>;

} // namespace

void wake_thread() { ++thread_wakes; }

namespace {

TEST_F(SoftIrq, RunsInOrderAtTheEndOfAnInterrupt)
{
    const u32 before = count(0, Vector::timer);

    interrupt({Vector::tasklet, Vector::timer, Vector::tasklet});

    EXPECT_EQ(served, (Served{Vector::timer, Vector::tasklet}));
    EXPECT_FALSE(masked_while_served);
    EXPECT_EQ(thread_wakes, 0U);
    EXPECT_EQ(count(0, Vector::timer), before + 1);
}

TEST_F(SoftIrq, WaitsWhileDisabled)
{
    disable();
    disable();
    interrupt({Vector::tasklet});
    EXPECT_TRUE(served.empty());
    enable();
    EXPECT_TRUE(served.empty());
    enable();
    EXPECT_EQ(served, Served{Vector::tasklet});
    EXPECT_TRUE(arch::interrupts_enabled());
}

TEST_F(SoftIrq, RaisedByATaskIsForTheThread)
{
    raise(Vector::tasklet);

    EXPECT_TRUE(served.empty());
    EXPECT_EQ(thread_wakes, 1U);
    EXPECT_TRUE(run_as_thread());
    EXPECT_EQ(served, Served{Vector::tasklet});
    EXPECT_FALSE(run_as_thread());
}

TEST_F(SoftIrq, RaisedByATaskThatDisabledThemRunsWhenItEnablesThem)
{
    {
        const Disabled disabled;
        raise(Vector::tasklet);
        EXPECT_EQ(thread_wakes, 0U);
    }
    EXPECT_EQ(served, Served{Vector::tasklet});
}

/// One that the timer's handler takes, too: it would wait for ever, were it not safe.
Locked<unsigned, BottomHalfSafe> shared;

TEST_F(SoftIrq, WaitsForALockThatIsSafeFromIt)
{
    open(Vector::timer, [] { shared.with([](unsigned& value) { value *= 2; }); });

    shared.with([](unsigned& value) {
        value = 3;
        interrupt({Vector::timer, Vector::tasklet});
        EXPECT_TRUE(in_softirq());
        EXPECT_TRUE(in_atomic());
        EXPECT_TRUE(arch::interrupts_enabled());
        EXPECT_TRUE(served.empty());
        EXPECT_EQ(value, 3U);
    });

    EXPECT_EQ(served, Served{Vector::tasklet});
    EXPECT_EQ(shared.with([](const unsigned& value) { return value; }), 6U);
    EXPECT_EQ(preempt::count(), 0U);
}

TEST_F(SoftIrq, TakesALockThatIsSafeFromItWhileServed)
{
    open(Vector::timer, [] {
        shared.with([](unsigned& value) { value = 7; });
        EXPECT_TRUE(in_serving_softirq());
    });

    interrupt({Vector::timer});

    EXPECT_EQ(shared.without_lock(), 7U);
}

TEST_F(SoftIrq, ServesTheFewThatAreRaisedMeanwhile)
{
    raises_left = 9;
    interrupt({Vector::timer});
    EXPECT_EQ(served.size(), 10U);
    EXPECT_EQ(thread_wakes, 0U);
}

TEST_F(SoftIrq, LeavesThoseThatPileUpToTheThread)
{
    raises_left = 1'000;
    interrupt({Vector::timer});
    EXPECT_EQ(served.size(), 10U);
    EXPECT_EQ(thread_wakes, 1U);
    EXPECT_NE(arch::softirq_pending(), 0U);
}

TEST_F(SoftIrq, OneDoesNotInterruptAnother)
{
    open(Vector::tasklet, [] {
        interrupt({Vector::timer});
        EXPECT_TRUE(served.empty());
    });
    interrupt({Vector::tasklet});
    EXPECT_EQ(served, Served{Vector::timer});
}

} // namespace
} // namespace kernel::softirq
