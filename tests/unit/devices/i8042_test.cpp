#include "tests/unit/devices/fakes.hpp"
#include "vmm/devices/i8042.hpp"
#include "vmm/devices/reset_ports.hpp"

#include <gtest/gtest.h>

namespace vitrine::test {
namespace {

class I8042Test : public testing::Test {
protected:
    FakeControl machine;
    I8042 controller{machine};

    void command(std::uint8_t value) { out(controller.command(), 0, value); }
    void send(std::uint8_t value) { out(controller.data(), 0, value); }
    std::uint64_t status() { return in(controller.command(), 0); }
    std::uint64_t answer() { return in(controller.data(), 0); }
};

TEST_F(I8042Test, HasNothingToSayAtFirst) { EXPECT_EQ(status() & 0x03, 0U); }

TEST_F(I8042Test, PassesItsSelfTests)
{
    command(0xaa);
    EXPECT_EQ(status() & 0x01, 1U);
    EXPECT_EQ(answer(), 0x55U);
    EXPECT_EQ(status() & 0x01, 0U);

    command(0xab);
    EXPECT_EQ(answer(), 0x00U);
}

TEST_F(I8042Test, KeepsItsConfigurationByte)
{
    command(0x60);
    send(0x25);
    command(0x20);
    EXPECT_EQ(answer(), 0x25U);

    command(0xad);
    command(0xa7);
    command(0x20);
    EXPECT_EQ(answer(), 0x35U);
}

TEST_F(I8042Test, KeepsAllOfItsMemory)
{
    for (std::uint8_t i = 0; i < 32; ++i) {
        command(0x60 + i);
        send(i);
    }
    for (std::uint8_t i = 0; i < 32; ++i) {
        command(0x20 + i);
        EXPECT_EQ(answer(), i);
    }
}

TEST_F(I8042Test, RemembersTheA20Gate)
{
    command(0xdd);
    command(0xd0);
    EXPECT_EQ(answer(), 0x01U);
    command(0xd1);
    send(0x03);
    command(0xd0);
    EXPECT_EQ(answer(), 0x03U);
    EXPECT_TRUE(machine.endings.empty());
}

TEST_F(I8042Test, ResetsTheMachineByAPulse)
{
    command(0xff); // pulses no line
    EXPECT_TRUE(machine.endings.empty());

    command(0xfe);

    ASSERT_EQ(machine.endings.size(), 1U);
    EXPECT_EQ(machine.endings[0].ending, Ending::guest_reset);
}

TEST_F(I8042Test, ResetsTheMachineByTheOutputPort)
{
    command(0xd1);
    send(0x02);

    EXPECT_EQ(machine.endings.size(), 1U);
}

TEST_F(I8042Test, SwallowsWhatIsForAKeyboardThatIsNotThere)
{
    send(0xf2); // identify
    EXPECT_EQ(status() & 0x01, 0U);
    command(0xd4);
    send(0xf2);
    EXPECT_EQ(status() & 0x01, 0U);
}

TEST(SystemControlPortA, RemembersA20AndResets)
{
    FakeControl machine;
    SystemControlPortA port{machine};

    EXPECT_EQ(in(port, 0), 0x02U);
    out(port, 0, 0x00);
    EXPECT_EQ(in(port, 0), 0x00U);
    EXPECT_TRUE(machine.endings.empty());
    out(port, 0, 0x03);

    ASSERT_EQ(machine.endings.size(), 1U);
    EXPECT_EQ(machine.endings[0].ending, Ending::guest_reset);
    EXPECT_EQ(in(port, 0), 0x02U);
}

TEST(ResetControl, ResetsWhenBitTwoIsSet)
{
    FakeControl machine;
    ResetControl port{machine};

    out(port, 0, 0x02);
    EXPECT_TRUE(machine.endings.empty());
    EXPECT_EQ(in(port, 0), 0x02U);
    out(port, 0, 0x06);

    ASSERT_EQ(machine.endings.size(), 1U);
    EXPECT_EQ(machine.endings[0].ending, Ending::guest_reset);
}

} // namespace
} // namespace vitrine::test
