#include "kernel/sync/preempt.hpp"

#include "kernel/sync/spin_lock.hpp"

#include <gtest/gtest.h>

namespace {

using namespace kernel;

TEST(PreemptCount, NestsAndReturnsToZero)
{
    {
        const preempt::Off outer;
        const preempt::Off inner;
        EXPECT_EQ(preempt::count(), 2U);
        EXPECT_TRUE(in_atomic());
        EXPECT_FALSE(in_interrupt());
    }

    EXPECT_EQ(preempt::count(), 0U);
    EXPECT_FALSE(in_atomic());
}

TEST(PreemptCount, TellsInterruptsApart)
{
    EXPECT_TRUE(in_task());

    preempt::irq_enter();
    EXPECT_TRUE(in_hardirq());
    EXPECT_TRUE(in_interrupt());
    EXPECT_FALSE(in_nmi());
    EXPECT_FALSE(in_softirq());
    EXPECT_FALSE(in_task());
    preempt::nmi_enter();
    EXPECT_TRUE(in_nmi());
    preempt::nmi_exit();
    EXPECT_FALSE(in_nmi());
    preempt::irq_exit();

    EXPECT_TRUE(in_task());
    EXPECT_EQ(preempt::count(), 0U);
}

TEST(PreemptCount, TellsDisabledSoftInterruptsFromServedOnes)
{
    arch::add_to_preempt_count(preempt::softirq_disable_offset);
    EXPECT_TRUE(in_softirq());
    EXPECT_FALSE(in_serving_softirq());
    EXPECT_TRUE(in_task());

    arch::add_to_preempt_count(preempt::softirq_offset);
    EXPECT_TRUE(in_serving_softirq());
    EXPECT_FALSE(in_task());

    arch::subtract_from_preempt_count(preempt::softirq_offset);
    arch::subtract_from_preempt_count(preempt::softirq_disable_offset);
    EXPECT_EQ(preempt::count(), 0U);
}

TEST(SpinLocks, DisablePreemptionWhileHeld)
{
    SpinLock lock;

    lock.lock();
    EXPECT_EQ(preempt::count(), 1U);
    EXPECT_FALSE(lock.try_lock());
    EXPECT_EQ(preempt::count(), 1U);
    lock.unlock();

    EXPECT_EQ(preempt::count(), 0U);
    EXPECT_TRUE(lock.try_lock());
    EXPECT_TRUE(lock.is_locked());
    lock.unlock();
    EXPECT_FALSE(lock.is_locked());
}

TEST(SpinLocks, MaskInterruptsWhereAsked)
{
    SpinLock lock;
    {
        const SpinLock::IrqGuard guard{lock};
        EXPECT_FALSE(arch::interrupts_enabled());
    }
    EXPECT_TRUE(arch::interrupts_enabled());

    arch::disable_interrupts();
    {
        const SpinLock::IrqGuard guard{lock};
    }
    EXPECT_FALSE(arch::interrupts_enabled());
    arch::enable_interrupts();
}

} // namespace
