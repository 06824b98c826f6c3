#include "kernel/debug/held_locks.hpp"

#include <gtest/gtest.h>

#include <memory>

namespace {

using namespace kernel::debug;

class HeldLocksTest : public testing::Test {
protected:
    static constexpr unsigned count = 8;

    void SetUp() override
    {
        for (unsigned index = 0; index < count; ++index)
            ids[index] = graph.add_class({.key = &ids[index]}, "lock");
    }

    Acquisition of(unsigned index) { return {.lock = &ids[index], .id = ids[index], .softirqs_on = true}; }

    std::optional<LockFinding> take(HeldLocks& by, const Acquisition& acquisition)
    {
        const auto entered = by.enter(graph, acquisition);
        if (entered.too_deep)
            return LockFinding{.problem = LockProblem::too_deep};
        if (entered.known)
            return {};
        ++learned;
        return by.learn(graph, acquisition, {});
    }
    std::optional<LockFinding> take(unsigned index) { return take(held, of(index)); }
    bool drop(unsigned index) { return held.leave(&ids[index]); }

    std::unique_ptr<LockGraph> owner = std::make_unique<LockGraph>();
    LockGraph& graph = *owner;
    std::array<ClassId, count> ids{};
    HeldLocks held;
    unsigned learned = 0;
};

TEST_F(HeldLocksTest, AChainIsLearntOnce)
{
    for (unsigned time = 0; time < 3; ++time) {
        EXPECT_FALSE(take(0));
        EXPECT_FALSE(take(1));
        EXPECT_TRUE(drop(1));
        EXPECT_TRUE(drop(0));
    }
    EXPECT_EQ(learned, 2);
    EXPECT_EQ(graph.edge_count(), 1);
    EXPECT_EQ(held.depth(), 0);
}

TEST_F(HeldLocksTest, TheOppositeOrderIsFoundThoughNobodyWaits)
{
    EXPECT_FALSE(take(0));
    EXPECT_FALSE(take(1));
    drop(1);
    drop(0);
    EXPECT_FALSE(take(1));
    const auto finding = take(0);
    ASSERT_TRUE(finding);
    EXPECT_EQ(finding->problem, LockProblem::circular);
}

TEST_F(HeldLocksTest, AcrossTasksToo)
{
    HeldLocks other;
    EXPECT_FALSE(take(0));
    EXPECT_FALSE(take(1));
    EXPECT_FALSE(take(other, of(1)));
    EXPECT_TRUE(take(other, of(0)));
}

TEST_F(HeldLocksTest, TheSameClassTwiceIsRecursion)
{
    EXPECT_FALSE(take(0));
    EXPECT_FALSE(take(1));
    Acquisition another = of(0);
    another.lock = this;
    const auto finding = take(held, another);
    ASSERT_TRUE(finding);
    EXPECT_EQ(finding->problem, LockProblem::recursion);
    EXPECT_EQ(finding->held, ids[0]);
}

TEST_F(HeldLocksTest, ReadersMayBeInsideReaders)
{
    Acquisition reader = of(0);
    reader.read = true;
    EXPECT_FALSE(take(held, reader));
    EXPECT_FALSE(take(held, reader));
    drop(0);
    drop(0);
    EXPECT_FALSE(take(0));
    EXPECT_TRUE(take(held, reader)) << "but not inside a writer, though the classes are the same";
}

TEST_F(HeldLocksTest, ATryLockMakesNoOrderWithWhatIsHeldBefore)
{
    EXPECT_FALSE(take(0));
    EXPECT_FALSE(take(1));
    drop(1);
    drop(0);
    EXPECT_FALSE(take(1));
    Acquisition attempt = of(0);
    attempt.attempt = true;
    EXPECT_FALSE(take(held, attempt));
}

TEST_F(HeldLocksTest, ATryLockMakesAnOrderWithWhatIsTakenInside)
{
    Acquisition attempt = of(1);
    attempt.attempt = true;
    EXPECT_FALSE(take(0));
    EXPECT_FALSE(take(held, attempt));
    EXPECT_FALSE(take(2));
    drop(2);
    drop(1);
    drop(0);
    EXPECT_FALSE(take(2));
    EXPECT_TRUE(take(1));
    drop(1);
    EXPECT_TRUE(take(0)) << "that the other was only tried does not hide what was held before it";
}

TEST_F(HeldLocksTest, AnInterruptIsAWorldOfItsOwn)
{
    EXPECT_FALSE(take(0));
    Acquisition in_interrupt = of(1);
    in_interrupt.context = LockContext::hardirq;
    EXPECT_FALSE(take(held, in_interrupt));
    EXPECT_EQ(graph.edge_count(), 0);
    drop(1);
    drop(0);
    EXPECT_FALSE(take(1));
    EXPECT_FALSE(take(0));
}

TEST_F(HeldLocksTest, TellsUsesByContextAndInterruptState)
{
    Acquisition acquisition = of(0);
    acquisition.hardirqs_on = true;
    EXPECT_FALSE(take(held, acquisition));
    EXPECT_TRUE(graph.has_use(ids[0], LockUse::enabled_hardirq));
    EXPECT_TRUE(graph.has_use(ids[0], LockUse::enabled_softirq));

    acquisition = of(1);
    acquisition.context = LockContext::softirq;
    acquisition.softirqs_on = false;
    acquisition.hardirqs_on = true;
    acquisition.read = true;
    EXPECT_FALSE(take(held, acquisition));
    EXPECT_TRUE(graph.has_use(ids[1], LockUse::used_in_softirq_read));
    EXPECT_TRUE(graph.has_use(ids[1], LockUse::enabled_hardirq_read));
    EXPECT_FALSE(graph.has_use(ids[1], LockUse::enabled_softirq_read));

    EXPECT_FALSE(take(2));
    EXPECT_EQ(graph.class_at(ids[2]).uses, 0) << "with interrupts masked anything is fine";
}

TEST_F(HeldLocksTest, SoftInterruptsMayTakeWhatTasksTakeWithThemOff)
{
    Acquisition by_task = of(0);
    by_task.hardirqs_on = true;
    by_task.softirqs_on = false;
    Acquisition in_softirq = by_task;
    in_softirq.context = LockContext::softirq;
    EXPECT_FALSE(take(held, by_task));
    drop(0);
    EXPECT_FALSE(take(held, in_softirq));
    drop(0);
    EXPECT_FALSE(take(held, by_task));
    drop(0);

    by_task.softirqs_on = true;
    const auto finding = take(held, by_task);

    ASSERT_TRUE(finding);
    EXPECT_EQ(finding->problem, LockProblem::inconsistent_use);
    EXPECT_EQ(finding->other_use, LockUse::used_in_softirq);
}

TEST_F(HeldLocksTest, ANewUseIsSeenThoughTheChainIsKnown)
{
    EXPECT_FALSE(take(0));
    drop(0);
    Acquisition acquisition = of(0);
    acquisition.context = LockContext::hardirq;
    EXPECT_FALSE(take(held, acquisition));
    drop(0);
    acquisition.context = LockContext::task;
    acquisition.hardirqs_on = true;
    const auto finding = take(held, acquisition);
    ASSERT_TRUE(finding);
    EXPECT_EQ(finding->problem, LockProblem::inconsistent_use);
}

TEST_F(HeldLocksTest, LocksMayBeLeftInAnyOrder)
{
    EXPECT_FALSE(take(0));
    EXPECT_FALSE(take(1));
    EXPECT_FALSE(take(2));
    EXPECT_TRUE(drop(1));
    EXPECT_TRUE(held.holds(&ids[0]));
    EXPECT_FALSE(held.holds(&ids[1]));
    EXPECT_TRUE(held.holds(&ids[2]));
    EXPECT_EQ(held.depth(), 2);
    EXPECT_FALSE(drop(1));
    EXPECT_FALSE(take(3));
    drop(3);
    drop(2);
    drop(0);
    EXPECT_FALSE(take(3));
    EXPECT_TRUE(take(2));
}

TEST_F(HeldLocksTest, TooManyAreReported)
{
    Acquisition reader = of(0);
    reader.read = true;
    for (unsigned depth = 0; depth < HeldLocks::max_depth; ++depth)
        EXPECT_FALSE(take(held, reader));
    const auto finding = take(held, reader);
    ASSERT_TRUE(finding);
    EXPECT_EQ(finding->problem, LockProblem::too_deep);
}

} // namespace
