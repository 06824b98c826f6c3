#include "tests/unit/devices/fakes.hpp"
#include "vmm/devices/debug_exit.hpp"
#include "vmm/devices/exit_port.hpp"

#include <gtest/gtest.h>

namespace vitrine::test {
namespace {

TEST(ExitPort, EndsTheRunWithTheLowByteOfWhatIsWritten)
{
    FakeControl machine;
    ExitPort port{machine};

    out(port, 0, 0x12a, 4);

    ASSERT_EQ(machine.endings.size(), 1U);
    EXPECT_EQ(machine.endings[0].ending, Ending::guest_exit);
    EXPECT_EQ(machine.endings[0].status, 42);
}

TEST(ExitPort, DoesNotMistakeItsUpperBytesForAStatus)
{
    FakeControl machine;
    ExitPort port{machine};

    out(port, 1, 7);

    EXPECT_TRUE(machine.endings.empty());
}

TEST(ExitPort, ReadsAsNothing)
{
    FakeControl machine;
    ExitPort port{machine};

    EXPECT_EQ(in(port, 0, 4), 0xffff'ffffU);
}

TEST(DebugExit, ShiftsTheValueAndSetsTheLowBit)
{
    FakeControl machine;
    DebugExit port{machine};

    out(port, 0, 0, 4);
    out(port, 0, 0x10, 1);

    ASSERT_EQ(machine.endings.size(), 2U);
    EXPECT_EQ(machine.endings[0].status, 1);
    EXPECT_EQ(machine.endings[1].status, 33);
}

TEST(DebugExit, CutsTheStatusToEightBits)
{
    FakeControl machine;
    DebugExit port{machine};

    out(port, 0, 0xffff'ffff, 4);

    ASSERT_EQ(machine.endings.size(), 1U);
    EXPECT_EQ(machine.endings[0].status, 255);
}

} // namespace
} // namespace vitrine::test
