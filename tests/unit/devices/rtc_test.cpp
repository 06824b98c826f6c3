#include "tests/unit/devices/fakes.hpp"
#include "vmm/devices/rtc.hpp"

#include <gtest/gtest.h>

namespace vitrine::test {
namespace {

using namespace std::chrono_literals;

class RtcTest : public testing::Test {
protected:
    // Tuesday, 2 January 2024, 23:45:56 UTC
    std::chrono::system_clock::time_point now{std::chrono::sys_days{std::chrono::January / 2 / 2024} + 23h + 45min +
                                              56s};
    Rtc rtc{Bytes{5ULL << 30}, 4, [this] { return now; }};

    std::uint64_t read(std::uint8_t index)
    {
        out(rtc, 0, index);
        return in(rtc, 1);
    }
    void write(std::uint8_t index, std::uint8_t value)
    {
        out(rtc, 0, index);
        out(rtc, 1, value);
    }
};

TEST_F(RtcTest, ShowsTheHostsTimeInBcd)
{
    EXPECT_EQ(read(0x00), 0x56U);
    EXPECT_EQ(read(0x02), 0x45U);
    EXPECT_EQ(read(0x04), 0x23U);
    EXPECT_EQ(read(0x06), 0x03U);
    EXPECT_EQ(read(0x07), 0x02U);
    EXPECT_EQ(read(0x08), 0x01U);
    EXPECT_EQ(read(0x09), 0x24U);
    EXPECT_EQ(read(0x32), 0x20U);
    EXPECT_EQ(read(0x0d), 0x80U);
}

TEST_F(RtcTest, ObeysBinaryAndTwelveHourModes)
{
    write(0x0b, 0x04);
    EXPECT_EQ(read(0x00), 56U);
    EXPECT_EQ(read(0x04), 11U | 0x80U);

    now -= 23h;
    EXPECT_EQ(read(0x04), 12U); // midnight
    write(0x0b, 0x00);
    EXPECT_EQ(read(0x04), 0x12U);
}

TEST_F(RtcTest, AnnouncesAnUpdateShortlyBeforeIt)
{
    now += 999ms;
    EXPECT_EQ(read(0x0a), 0x26U);
    now += 800us;
    EXPECT_EQ(read(0x0a), 0xa6U);
    now += 200us;
    EXPECT_EQ(read(0x0a), 0x26U);
    EXPECT_EQ(read(0x00), 0x57U);
}

TEST_F(RtcTest, GoesOnFromTheTimeTheGuestSets)
{
    write(0x0b, 0x82); // halt
    write(0x00, 0x59);
    write(0x02, 0x59);
    write(0x04, 0x23);
    write(0x07, 0x31);
    write(0x08, 0x12);
    write(0x09, 0x99);
    write(0x32, 0x19);
    now += 5s;
    EXPECT_EQ(read(0x00), 0x59U);
    write(0x0b, 0x02); // go

    now += 2s;

    EXPECT_EQ(read(0x00), 0x01U);
    EXPECT_EQ(read(0x04), 0x00U);
    EXPECT_EQ(read(0x07), 0x01U);
    EXPECT_EQ(read(0x08), 0x01U);
    EXPECT_EQ(read(0x09), 0x00U);
    EXPECT_EQ(read(0x32), 0x20U);
    EXPECT_EQ(read(0x06), 0x07U); // 1 January 2000 was a Saturday
}

TEST_F(RtcTest, SurvivesEveryByteInEveryRegister)
{
    for (unsigned status = 0; status < 256; status += 2) {
        write(0x0b, static_cast<std::uint8_t>(status));
        for (unsigned index = 0; index < 128; ++index) {
            if (index != 0x0b)
                write(static_cast<std::uint8_t>(index), 0xff);
        }
        for (unsigned index = 0; index < 128; ++index)
            read(static_cast<std::uint8_t>(index));
    }

    EXPECT_EQ(read(0x0d), 0x80U);
}

TEST_F(RtcTest, TellsMemoryAndCpusAsFirmwareDoes)
{
    EXPECT_EQ(read(0x15) | read(0x16) << 8, 640U);
    EXPECT_EQ(read(0x17) | read(0x18) << 8, 0xffffU);
    EXPECT_EQ(read(0x34) | read(0x35) << 8, ((3ULL << 30) - (16 << 20)) >> 16);
    EXPECT_EQ(read(0x5b) | read(0x5c) << 8 | read(0x5d) << 16, (2ULL << 30) >> 16);
    EXPECT_EQ(read(0x5f), 3U);
}

TEST_F(RtcTest, KeepsWhatIsStoredInItsMemory)
{
    write(0x0f, 0x0a);

    EXPECT_EQ(read(0x8f), 0x0aU); // bit 7 gates NMIs and is no part of the index
}

} // namespace
} // namespace vitrine::test
