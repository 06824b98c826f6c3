#include "kernel/debug/lock_graph.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <string>

namespace {

using namespace kernel::debug;

class LockGraphTest : public testing::Test {
protected:
    ClassId add(const char* name) { return graph.add_class({.key = name}, name); }
    std::optional<LockFinding> order(ClassId from, ClassId to) { return graph.add_dependency(from, to, {}); }
    std::optional<LockFinding> use(ClassId id, LockUse how) { return graph.add_use(id, how, {}); }

    std::unique_ptr<LockGraph> owner = std::make_unique<LockGraph>();
    LockGraph& graph = *owner;
    ClassId a = add("a");
    ClassId b = add("b");
    ClassId c = add("c");
    ClassId d = add("d");
};

TEST_F(LockGraphTest, FindsClassesByKeyLineAndSubclass)
{
    const LockKey key{.key = this, .line = 3};
    EXPECT_EQ(graph.find_class(key), 0);
    const ClassId id = graph.add_class(key, "lock");
    EXPECT_EQ(graph.find_class(key), id);
    EXPECT_EQ(graph.find_class({.key = this, .line = 4}), 0);
    EXPECT_EQ(graph.find_class({.key = this, .line = 3, .subclass = 1}), 0);
    EXPECT_EQ(graph.class_at(id).name, "lock");
}

TEST_F(LockGraphTest, FullOfClassesItSaysSo)
{
    std::array<char, LockGraph::max_classes> keys{};
    ClassId last = 1;
    for (const char& key : keys)
        if (last != 0)
            last = graph.add_class({.key = &key}, "one of many");
    EXPECT_EQ(last, 0);
    EXPECT_TRUE(graph.is_full());
    EXPECT_EQ(graph.find_class({.key = keys.data()}), d + 1);
}

TEST_F(LockGraphTest, RemembersChains)
{
    EXPECT_FALSE(graph.knows_chain(5));
    graph.add_chain(5);
    graph.add_chain(5 + LockGraph::max_chains); // the same slot
    EXPECT_TRUE(graph.knows_chain(5));
    EXPECT_TRUE(graph.knows_chain(5 + LockGraph::max_chains));
    EXPECT_FALSE(graph.knows_chain(6));
}

TEST_F(LockGraphTest, OneOrderIsFine)
{
    EXPECT_FALSE(order(a, b));
    EXPECT_FALSE(order(b, c));
    EXPECT_FALSE(order(a, c));
    EXPECT_FALSE(order(a, b));
    EXPECT_EQ(graph.edge_count(), 3);
}

TEST_F(LockGraphTest, TwoOrdersAreADeadlock)
{
    EXPECT_FALSE(order(a, b));
    const auto finding = order(b, a);
    ASSERT_TRUE(finding);
    EXPECT_EQ(finding->problem, LockProblem::circular);
    EXPECT_EQ(finding->held, b);
    EXPECT_EQ(finding->taken, a);
    ASSERT_EQ(finding->path_length, 1);
    EXPECT_EQ(graph.edge_at(finding->path[0]).from, a);
}

TEST_F(LockGraphTest, TheShortestWayRoundIsTold)
{
    EXPECT_FALSE(order(a, b));
    EXPECT_FALSE(order(b, c));
    EXPECT_FALSE(order(c, d));
    EXPECT_FALSE(order(a, c));
    const auto finding = order(d, a);
    ASSERT_TRUE(finding);
    ASSERT_EQ(finding->path_length, 2);
    EXPECT_EQ(graph.edge_at(finding->path[0]).to, c);
    EXPECT_EQ(graph.edge_at(finding->path[1]).from, c);
    EXPECT_EQ(graph.edge_at(finding->path[1]).to, d);
}

TEST_F(LockGraphTest, AWayTooLongToTellIsCutOff)
{
    std::array<char, 40> keys{};
    std::array<ClassId, 40> chain{};
    for (std::size_t index = 0; index < chain.size(); ++index) {
        chain[index] = graph.add_class({.key = &keys[index]}, "link");
        if (index != 0) {
            EXPECT_FALSE(order(chain[index - 1], chain[index]));
        }
    }
    const auto finding = order(chain.back(), chain.front());
    ASSERT_TRUE(finding);
    ASSERT_EQ(finding->path_length, finding->path.size());
    EXPECT_EQ(graph.edge_at(finding->path[0]).from, chain.front());
}

TEST_F(LockGraphTest, AClassTakenInInterruptsMustNotBeTakenWithThemOn)
{
    EXPECT_FALSE(use(a, LockUse::used_in_hardirq));
    const auto finding = use(a, LockUse::enabled_hardirq);
    ASSERT_TRUE(finding);
    EXPECT_EQ(finding->problem, LockProblem::inconsistent_use);
    EXPECT_EQ(finding->use, LockUse::enabled_hardirq);
    EXPECT_EQ(finding->other_use, LockUse::used_in_hardirq);
}

TEST_F(LockGraphTest, TheTwoKindsOfInterruptDoNotMix)
{
    EXPECT_FALSE(use(a, LockUse::used_in_softirq));
    EXPECT_FALSE(use(a, LockUse::enabled_hardirq));
    EXPECT_TRUE(use(a, LockUse::enabled_softirq));
}

TEST_F(LockGraphTest, ReadersDoNotKeepReadersOut)
{
    EXPECT_FALSE(use(a, LockUse::used_in_hardirq_read));
    EXPECT_FALSE(use(a, LockUse::enabled_hardirq_read));
    EXPECT_TRUE(use(a, LockUse::enabled_hardirq));
}

TEST_F(LockGraphTest, EveryContradictionHoldsBothWays)
{
    for (unsigned one = 0; one < static_cast<unsigned>(LockUse::count); ++one)
        for (unsigned other = 0; other < static_cast<unsigned>(LockUse::count); ++other) {
            const auto first = static_cast<LockUse>(one);
            const auto second = static_cast<LockUse>(other);
            EXPECT_EQ((contradictions_of(first) & bit_of(second)) != 0,
                      (contradictions_of(second) & bit_of(first)) != 0);
        }
}

TEST_F(LockGraphTest, AnEdgeFromSafeToUnsafeIsAnInversion)
{
    EXPECT_FALSE(use(a, LockUse::used_in_hardirq));
    EXPECT_FALSE(use(d, LockUse::enabled_hardirq));
    EXPECT_FALSE(order(a, b));
    EXPECT_FALSE(order(c, d));
    const auto finding = order(b, c);
    ASSERT_TRUE(finding);
    EXPECT_EQ(finding->problem, LockProblem::irq_inversion);
    EXPECT_EQ(finding->safe, a);
    EXPECT_EQ(finding->unsafe, d);
    EXPECT_EQ(finding->held, b);
    EXPECT_EQ(finding->taken, c);
}

TEST_F(LockGraphTest, TheOtherWayRoundIsNone)
{
    EXPECT_FALSE(use(a, LockUse::enabled_hardirq));
    EXPECT_FALSE(use(b, LockUse::used_in_hardirq));
    EXPECT_FALSE(order(a, b));
}

TEST_F(LockGraphTest, AUseThatComesLaterFindsTheInversion)
{
    EXPECT_FALSE(order(a, b));
    EXPECT_FALSE(order(b, c));
    EXPECT_FALSE(use(c, LockUse::enabled_softirq));
    auto finding = use(a, LockUse::used_in_softirq);
    ASSERT_TRUE(finding);
    EXPECT_EQ(finding->problem, LockProblem::irq_inversion);
    EXPECT_EQ(finding->safe, a);
    EXPECT_EQ(finding->unsafe, c);
    EXPECT_EQ(finding->use, LockUse::used_in_softirq);
    EXPECT_EQ(finding->other_use, LockUse::enabled_softirq);
}

TEST_F(LockGraphTest, AndSoDoesTheUseWithInterruptsOn)
{
    EXPECT_FALSE(order(a, b));
    EXPECT_FALSE(use(a, LockUse::used_in_hardirq));
    auto finding = use(b, LockUse::enabled_hardirq_read);
    ASSERT_TRUE(finding);
    EXPECT_EQ(finding->safe, a);
    EXPECT_EQ(finding->unsafe, b);
    EXPECT_EQ(finding->use, LockUse::used_in_hardirq);
    EXPECT_EQ(finding->other_use, LockUse::enabled_hardirq_read);
}

TEST_F(LockGraphTest, KeepsWhereItLearnt)
{
    Backtrace trace{};
    trace[0] = 77;
    EXPECT_FALSE(graph.add_dependency(a, b, trace));
    EXPECT_EQ(graph.trace_at(graph.edge_at(1).trace)[0], 77);
    trace[0] = 78;
    EXPECT_FALSE(graph.add_use(a, LockUse::enabled_hardirq, trace));
    EXPECT_EQ(graph.trace_of(a, LockUse::enabled_hardirq)[0], 78);
}

} // namespace
