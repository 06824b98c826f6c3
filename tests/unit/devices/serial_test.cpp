#include "tests/unit/devices/fakes.hpp"
#include "vmm/devices/serial.hpp"

#include <gtest/gtest.h>

namespace vitrine::test {
namespace {

enum Port : std::uint64_t { data, ier, iir, lcr, mcr, lsr, msr, scr, fcr = iir };

class SerialTest : public testing::Test {
protected:
    FakeSink sink;
    FakeLine line;
    Serial serial{sink, line};

    void write(std::uint64_t offset, std::uint8_t value) { out(serial, offset, value); }
    std::uint64_t read(std::uint64_t offset) { return in(serial, offset); }
};

TEST_F(SerialTest, SendsWhatIsWrittenToTheTransmitter)
{
    for (const char c : std::string_view{"hello"})
        write(data, static_cast<std::uint8_t>(c));

    EXPECT_EQ(sink.text, "hello");
    EXPECT_EQ(read(lsr), 0x60U);
}

TEST_F(SerialTest, HidesDataAndInterruptEnableBehindTheDivisorLatch)
{
    write(ier, 0x05);
    write(lcr, 0x83);
    write(data, 0x34);
    write(ier, 0x12);

    EXPECT_EQ(read(data), 0x34U);
    EXPECT_EQ(read(ier), 0x12U);
    write(lcr, 0x03);
    EXPECT_EQ(read(lcr), 0x03U);
    EXPECT_EQ(read(ier), 0x05U);
    EXPECT_EQ(sink.text, "");
}

TEST_F(SerialTest, SplitsAWideAccessIntoRegisters)
{
    write(lcr, 0x80);
    out(serial, data, 0x1234, 2);

    EXPECT_EQ(in(serial, data, 2), 0x1234U);
}

TEST_F(SerialTest, IsDetectedAsA16550AByTheProbeOfTheLinuxDriver)
{
    write(ier, 0x00);
    EXPECT_EQ(read(ier), 0x00U);
    write(ier, 0xff);
    EXPECT_EQ(read(ier), 0x0fU); // upper bits are always zero
    write(ier, 0x00);
    write(mcr, 0x1a); // loopback, OUT2, RTS
    EXPECT_EQ(read(msr) & 0xf0, 0x90U);
    write(mcr, 0x00);
    write(scr, 0x5a);
    EXPECT_EQ(read(scr), 0x5aU);
    EXPECT_EQ(read(iir) & 0xc0, 0x00U);
    write(fcr, 0x01);
    EXPECT_EQ(read(iir) & 0xc0, 0xc0U);
    write(fcr, 0x21); // the 64-byte FIFO of a 16750
    EXPECT_EQ(read(iir) >> 5, 6U);
}

TEST_F(SerialTest, RaisesTransmitterEmptyEachTimeItIsEnabled)
{
    for (int i = 0; i < 2; ++i) { // the second time is the THRE test of the Linux driver
        write(ier, 0x02);
        EXPECT_TRUE(line.high);
        EXPECT_EQ(read(iir), 0x02U);
        EXPECT_FALSE(line.high);
        EXPECT_EQ(read(iir), 0x01U);
        write(ier, 0x00);
    }
}

TEST_F(SerialTest, ShowsAnEdgeForEachByteSent)
{
    write(ier, 0x02);
    read(iir);
    const unsigned before = line.rises;

    write(data, 'a');
    write(data, 'b');

    EXPECT_EQ(line.rises, before + 2);
    EXPECT_TRUE(line.high);
}

TEST_F(SerialTest, LosesATransmitterInterruptOnlyWhenItIsTheOneReported)
{
    write(ier, 0x03);
    serial.receive("x");

    EXPECT_EQ(read(iir), 0x04U);
    EXPECT_EQ(read(data), std::uint64_t{'x'});
    EXPECT_EQ(read(iir), 0x02U);
    EXPECT_EQ(read(iir), 0x01U);
}

TEST_F(SerialTest, ReceivesOneByteAtATimeWithoutFifos)
{
    write(ier, 0x01);

    EXPECT_EQ(serial.receive("abc"), 1U);

    EXPECT_TRUE(line.high);
    EXPECT_EQ(read(lsr), 0x61U);
    EXPECT_EQ(read(iir), 0x04U);
    EXPECT_EQ(read(data), std::uint64_t{'a'});
    EXPECT_EQ(read(lsr), 0x60U);
    EXPECT_FALSE(line.high);
}

TEST_F(SerialTest, TellsTriggerLevelFromCharacterTimeout)
{
    write(fcr, 0x41); // trigger at 4
    write(ier, 0x01);

    serial.receive("abc");
    EXPECT_EQ(read(iir), 0xccU);
    serial.receive("d");
    EXPECT_EQ(read(iir), 0xc4U);
    EXPECT_EQ(read(data), std::uint64_t{'a'});
    EXPECT_EQ(read(iir), 0xccU);
    while ((read(lsr) & 1) != 0)
        read(data);
    EXPECT_EQ(read(iir), 0xc1U);
    EXPECT_FALSE(line.high);
}

TEST_F(SerialTest, TakesNoMoreThanTheFifoHoldsAndAsksForTheRestWhenItIsRead)
{
    unsigned calls = 0;
    serial.on_room([&] { ++calls; });
    write(mcr, 0x03);
    write(fcr, 0x01);

    EXPECT_EQ(serial.receive("0123456789abcdefXYZ"), 16U);
    EXPECT_EQ(serial.receive("XYZ"), 0U);
    std::string got;
    while ((read(lsr) & 1) != 0) {
        EXPECT_EQ(calls, 0U);
        got += static_cast<char>(read(data));
    }

    EXPECT_EQ(got, "0123456789abcdef");
    EXPECT_EQ(calls, 1U);
    EXPECT_EQ(serial.receive("XYZ"), 3U);
    EXPECT_EQ(read(data), std::uint64_t{'X'});
    read(data);
    read(data);
    EXPECT_EQ(calls, 1U); // nobody was waiting this time
}

TEST_F(SerialTest, ForgetsReceivedBytesWhenTheFifoIsClearedOrSwitched)
{
    write(mcr, 0x03);
    write(fcr, 0x01);
    serial.receive("abc");
    EXPECT_EQ(read(lsr), 0x61U);
    write(fcr, 0x03);
    EXPECT_EQ(read(lsr), 0x60U);

    serial.receive("abc");
    EXPECT_EQ(read(lsr), 0x61U);
    write(fcr, 0x00);
    EXPECT_EQ(read(lsr), 0x60U);
}

TEST_F(SerialTest, LoopsBytesBackInsteadOfSendingThem)
{
    write(fcr, 0x01);
    write(mcr, 0x10);

    write(data, 'q');

    EXPECT_EQ(sink.text, "");
    EXPECT_EQ(read(lsr), 0x61U);
    EXPECT_EQ(read(data), std::uint64_t{'q'});
}

TEST_F(SerialTest, KeepsTheWireWaitingInLoopbackMode)
{
    unsigned calls = 0;
    serial.on_room([&] { ++calls; });
    write(mcr, 0x10);
    EXPECT_EQ(serial.receive("a"), 0U);
    EXPECT_EQ(calls, 0U);

    write(mcr, 0x02);

    EXPECT_EQ(calls, 1U);
    EXPECT_EQ(serial.receive("a"), 1U);
}

TEST_F(SerialTest, KeepsTheWireWaitingUntilADriverListens)
{
    unsigned calls = 0;
    serial.on_room([&] { ++calls; });
    EXPECT_EQ(serial.receive("a"), 0U);
    write(fcr, 0x07);
    EXPECT_EQ(calls, 0U);

    write(ier, 0x01);

    EXPECT_EQ(calls, 1U);
    EXPECT_EQ(serial.receive("a"), 1U);
}

TEST_F(SerialTest, GivesInputToAGuestThatOnlyPolls)
{
    unsigned calls = 0;
    serial.on_room([&] { ++calls; });
    EXPECT_EQ(serial.receive("a"), 0U);

    EXPECT_EQ(read(lsr), 0x60U);

    EXPECT_EQ(calls, 1U);
    EXPECT_EQ(serial.receive("a"), 1U);
    EXPECT_EQ(read(lsr), 0x61U);
    EXPECT_EQ(read(data), std::uint64_t{'a'});
}

TEST_F(SerialTest, ReportsAnOverrunOnceAsLineStatusInterrupt)
{
    write(ier, 0x04);
    write(fcr, 0x01);
    write(mcr, 0x10);

    for (int i = 0; i < 17; ++i)
        write(data, static_cast<std::uint8_t>('a' + i));

    EXPECT_EQ(read(iir), 0xc6U);
    EXPECT_EQ(read(lsr), 0x63U);
    EXPECT_EQ(read(lsr), 0x61U);
    EXPECT_FALSE(line.high);
    EXPECT_EQ(read(data), std::uint64_t{'a'});
}

TEST_F(SerialTest, RecordsModemDeltasUntilTheyAreRead)
{
    EXPECT_EQ(read(msr), 0xb0U);
    write(ier, 0x08);
    write(mcr, 0x14); // loopback with OUT1: CTS, DSR, DCD fall, RI rises

    EXPECT_TRUE(line.high);
    EXPECT_EQ(read(iir), 0x00U);
    EXPECT_EQ(read(msr), 0x4bU);
    EXPECT_EQ(read(msr), 0x40U);
    EXPECT_FALSE(line.high);
    write(mcr, 0x10);
    EXPECT_EQ(read(msr), 0x04U); // the trailing edge of RI
}

TEST_F(SerialTest, IgnoresWritesToItsStatusRegisters)
{
    write(lsr, 0xff);
    write(msr, 0xff);

    EXPECT_EQ(read(lsr), 0x60U);
    EXPECT_EQ(read(msr), 0xb0U);
}

} // namespace
} // namespace vitrine::test
