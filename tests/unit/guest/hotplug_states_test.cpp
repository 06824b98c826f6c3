#include "kernel/smp/hotplug_states.hpp"

#include <gtest/gtest.h>

#include <string>

namespace {

using kernel::Errno;
using kernel::Result;
using kernel::smp::HotplugState;
using kernel::smp::HotplugStates;
using kernel::smp::Stage;

std::string log;
std::string failing;

template <char letter>
Result<void> step(unsigned)
{
    log += letter;
    if (failing.find(letter) != std::string::npos)
        return Errno::ebusy;
    return {};
}

/// Upper case for startup, lower case for teardown.
constexpr HotplugState first{"first", Stage::online, step<'A'>, step<'a'>};
constexpr HotplugState early{"early", Stage::prepare, step<'P'>, step<'p'>};
constexpr HotplugState second{"second", Stage::online, step<'B'>, step<'b'>};
constexpr HotplugState without_functions{"without functions"};
constexpr HotplugState third{"third", Stage::online, step<'C'>, step<'c'>};

class HotplugStatesTest : public testing::Test {
protected:
    HotplugStatesTest()
    {
        log.clear();
        failing.clear();
        for (const HotplugState* const state : {&first, &early, &second, &without_functions, &third})
            states.add(*state);
    }

    HotplugStates states;
};

TEST_F(HotplugStatesTest, StartsAStageInOrderAndStopsItInTheOpposite)
{
    EXPECT_TRUE(states.start(Stage::online, 1));
    EXPECT_TRUE(states.stop(Stage::online, 1));
    EXPECT_TRUE(states.start(Stage::prepare, 1));

    EXPECT_EQ(log, "ABCcbaP");
}

TEST_F(HotplugStatesTest, UndoesAStartThatFails)
{
    failing = "C";

    EXPECT_EQ(states.start(Stage::online, 1).error(), Errno::ebusy);

    EXPECT_EQ(log, "ABCba");
}

TEST_F(HotplugStatesTest, UndoesAStopThatIsRefused)
{
    failing = "a";

    EXPECT_EQ(states.stop(Stage::online, 1).error(), Errno::ebusy);

    EXPECT_EQ(log, "cbaBC");
}

TEST_F(HotplugStatesTest, HasAnEnd)
{
    unsigned added = 0;
    while (states.add(first))
        ++added;

    EXPECT_EQ(added, 16 - 5);
}

} // namespace
