#include "kernel/init/boot_graph.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace {

using kernel::BootGraph;
using kernel::BootStep;

BootStep step(std::string_view name, BootStep::Names needs, BootStep::Names provides)
{
    return {name, needs, provides, nullptr};
}

/// The names of the steps in the order in which the graph gives them.
std::vector<std::string> order(BootGraph& graph)
{
    std::vector<std::string> names;
    while (const BootStep* const next = graph.next())
        names.emplace_back(next->name);
    return names;
}

TEST(BootGraph, RunsEachStepAfterThoseItNeeds)
{
    const BootStep network = step("network", {"pages", "interrupts"}, {});
    const BootStep interrupts = step("interrupts", {"pages"}, {"interrupts"});
    const BootStep pages = step("pages", {}, {"pages"});
    const BootStep* const steps[] = {&network, &interrupts, &pages};
    BootGraph graph{steps};

    EXPECT_EQ(order(graph), (std::vector<std::string>{"pages", "interrupts", "network"}));
    EXPECT_EQ(graph.stuck(), nullptr);
}

TEST(BootGraph, WaitsForAllWhoProvideTheSame)
{
    const BootStep reader = step("reader", {"disks"}, {});
    const BootStep first = step("first", {}, {"disks"});
    const BootStep second = step("second", {"first"}, {"disks"});
    const BootStep helper = step("helper", {}, {"first"});
    const BootStep* const steps[] = {&reader, &first, &second, &helper};
    BootGraph graph{steps};

    EXPECT_EQ(order(graph), (std::vector<std::string>{"first", "helper", "second", "reader"}));
}

TEST(BootGraph, NamesAStepWhoseNeedNobodyProvides)
{
    const BootStep lost = step("lost", {"pages", "unobtainium"}, {});
    const BootStep pages = step("pages", {}, {"pages"});
    const BootStep* const steps[] = {&lost, &pages};
    BootGraph graph{steps};

    EXPECT_EQ(order(graph), std::vector<std::string>{"pages"});
    ASSERT_EQ(graph.stuck(), &lost);
    EXPECT_EQ(graph.missing(lost), "unobtainium");
}

TEST(BootGraph, NamesAStepInACycle)
{
    const BootStep hen = step("hen", {"egg"}, {"hen"});
    const BootStep egg = step("egg", {"hen"}, {"egg"});
    const BootStep* const steps[] = {&hen, &egg};
    BootGraph graph{steps};

    EXPECT_EQ(graph.next(), nullptr);
    ASSERT_EQ(graph.stuck(), &hen);
    EXPECT_EQ(graph.missing(hen), "egg");
}

TEST(BootGraph, HoldsAsManyStepsAsItSays)
{
    std::vector<BootStep> steps(BootGraph::max_steps, step("same", {}, {}));
    std::vector<const BootStep*> pointers;
    pointers.reserve(steps.size());
    for (const BootStep& each : steps)
        pointers.push_back(&each);
    BootGraph graph{pointers};

    EXPECT_EQ(order(graph).size(), BootGraph::max_steps);
    EXPECT_EQ(graph.stuck(), nullptr);
}

} // namespace
