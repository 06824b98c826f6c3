#include "tests/unit/devices/fakes.hpp"
#include "vmm/devices/pit.hpp"

#include <gtest/gtest.h>

namespace vitrine::test {
namespace {

using namespace std::chrono_literals;

class PitTest : public testing::Test {
protected:
    std::chrono::nanoseconds now = 1h;
    Pit pit{[this] { return now; }};

    void control(std::uint8_t word) { out(pit.counters(), 3, word); }
    void write(unsigned counter, std::uint8_t value) { out(pit.counters(), counter, value); }
    std::uint64_t read(unsigned counter) { return in(pit.counters(), counter); }
    std::uint64_t read16(unsigned counter)
    {
        const std::uint64_t low = read(counter);
        return low | read(counter) << 8;
    }
    void speaker(std::uint8_t value) { out(pit.speaker(), 0, value); }
    bool output2() { return (in(pit.speaker(), 0) & 0x20) != 0; }
    void start(unsigned counter, std::uint8_t mode, std::uint16_t count)
    {
        control(static_cast<std::uint8_t>(counter << 6 | 0x30 | mode << 1));
        write(counter, count & 0xff);
        write(counter, count >> 8);
    }
};

TEST_F(PitTest, TimesTenMillisecondsAsLinuxCalibratesItsTsc)
{
    speaker(0x01);
    start(2, 0, 11932);

    now += 9999us;
    EXPECT_FALSE(output2());
    now += 2us;
    EXPECT_TRUE(output2());
}

TEST_F(PitTest, CountsDownAndOnBelowZero)
{
    speaker(0x01);
    start(2, 0, 0xffff);

    now += 10ms; // 11,931 ticks
    EXPECT_EQ(read16(2), 0xffffU - 11931);
    now += 50ms; // 71,590 in all
    EXPECT_EQ(read16(2), (0xffffU - 71590) & 0xffff);
}

TEST_F(PitTest, StandsStillWhileTheGateIsLow)
{
    speaker(0x01);
    start(2, 0, 10000);
    now += 1ms;
    const std::uint64_t before = read16(2);

    speaker(0x00);
    now += 1s;
    EXPECT_EQ(read16(2), before);
    EXPECT_FALSE(output2());
    speaker(0x01);
    now += 1s;

    EXPECT_TRUE(output2());
}

TEST_F(PitTest, LatchesACountUntilItIsRead)
{
    start(0, 2, 0x1000);
    control(0x00); // latch counter 0
    now += 1ms;
    control(0x00);

    EXPECT_EQ(read16(0), 0x1000U);
    EXPECT_EQ(read16(0), 0x1000U - 1193);
}

TEST_F(PitTest, ReadsBackStatusAndCount)
{
    start(0, 2, 0x1234);
    control(0xc2); // both, counter 0

    EXPECT_EQ(read(0), 0x80U | 0x30U | 2U << 1);
    EXPECT_EQ(read16(0), 0x1234U);

    control(0x34);
    control(0xe2); // status alone: no count loaded yet
    EXPECT_EQ(read(0) & 0x40, 0x40U);
}

TEST_F(PitTest, MakesASquareWave)
{
    speaker(0x01);
    start(2, 3, 11932);

    now += 1ms;
    EXPECT_TRUE(output2());
    now += 5ms;
    EXPECT_FALSE(output2());
    now += 5ms;
    EXPECT_TRUE(output2());
}

TEST_F(PitTest, FiresAOneShotWhenTheGateRises)
{
    start(2, 1, 1193);
    now += 1s;
    EXPECT_TRUE(output2());

    speaker(0x01);
    EXPECT_FALSE(output2());
    now += 2ms;
    EXPECT_TRUE(output2());
}

TEST_F(PitTest, AccessesOneHalfWhenToldSo)
{
    control(0x14); // counter 0, low byte only, mode 2
    write(0, 0x80);
    EXPECT_EQ(read(0), 0x80U);
    EXPECT_EQ(read(0), 0x80U);
    control(0x24); // high byte only
    write(0, 0x80);
    EXPECT_EQ(read(0), 0x80U);
}

TEST_F(PitTest, TogglesTheRefreshBit)
{
    const std::uint64_t before = in(pit.speaker(), 0) & 0x10;
    now += 15085ns;

    EXPECT_NE(in(pit.speaker(), 0) & 0x10, before);
}

TEST_F(PitTest, SurvivesEveryControlWord)
{
    for (unsigned word = 0; word < 256; ++word) {
        control(static_cast<std::uint8_t>(word));
        for (unsigned counter = 0; counter < 3; ++counter) {
            write(counter, 0);
            now += 1ms;
            speaker(static_cast<std::uint8_t>(word));
            read16(counter);
            output2();
        }
    }

    start(0, 2, 100);
    EXPECT_EQ(read16(0), 100U);
}

} // namespace
} // namespace vitrine::test
