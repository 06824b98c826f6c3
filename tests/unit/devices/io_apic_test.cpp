#include "tests/unit/devices/fakes.hpp"
#include "vmm/devices/io_apic.hpp"

#include <gtest/gtest.h>

namespace vitrine::test {
namespace {

struct FakeSink final : MsiSink {
    std::vector<MsiMessage> sent;
    std::array<std::optional<MsiMessage>, IoApic::pin_count> routes;

    void send(const MsiMessage& message) override { sent.push_back(message); }
    void route(unsigned pin, const std::optional<MsiMessage>& message) override { routes.at(pin) = message; }
};

constexpr std::uint64_t level = 1 << 15;
constexpr std::uint64_t masked = 1 << 16;
constexpr std::uint64_t remote_irr = 1 << 14;

class IoApicTest : public testing::Test {
protected:
    FakeSink sink;
    IoApic ioapic{sink};

    std::uint64_t read(std::uint8_t index)
    {
        out(ioapic, 0x00, index, 4);
        return in(ioapic, 0x10, 4);
    }
    void write(std::uint8_t index, std::uint32_t value)
    {
        out(ioapic, 0x00, index, 4);
        out(ioapic, 0x10, value, 4);
    }
    std::uint64_t entry(unsigned pin)
    {
        const auto index = static_cast<std::uint8_t>(0x10 + 2 * pin);
        return read(index) | read(index + 1) << 32;
    }
    void set_entry(unsigned pin, std::uint64_t value)
    {
        const auto index = static_cast<std::uint8_t>(0x10 + 2 * pin);
        write(index + 1, static_cast<std::uint32_t>(value >> 32));
        write(index, static_cast<std::uint32_t>(value));
    }
    void pulse(unsigned pin)
    {
        ioapic.pin(pin).set_level(true);
        ioapic.pin(pin).set_level(false);
    }
};

TEST_F(IoApicTest, IdentifiesItselfAsAn82093AA)
{
    EXPECT_EQ(read(0x01), 0x0017'0011U);
    write(0x00, 0xffff'ffff);
    EXPECT_EQ(read(0x00), 0x0f00'0000U);
    EXPECT_EQ(read(0x02), 0x0f00'0000U);
    write(0x01, 0);
    EXPECT_EQ(read(0x01), 0x0017'0011U);
}

TEST_F(IoApicTest, BeginsWithAllPinsMasked)
{
    for (unsigned pin = 0; pin < IoApic::pin_count; ++pin) {
        EXPECT_EQ(entry(pin), masked);
        pulse(pin);
    }
    EXPECT_TRUE(sink.sent.empty());
}

TEST_F(IoApicTest, SendsAnEdgeOnceForEachRise)
{
    set_entry(4, 0x0300'0000'0000'0031);

    ioapic.pin(4).set_level(true);
    ioapic.pin(4).set_level(true);
    ioapic.pin(4).set_level(false);
    pulse(4);

    const MsiMessage expected{.address = 0xfee0'3000, .data = 0x31};
    EXPECT_EQ(sink.sent, (std::vector{expected, expected}));
    EXPECT_FALSE(sink.routes[4]); // no EOI is of interest
}

TEST_F(IoApicTest, PutsAllFieldsIntoTheMessage)
{
    set_entry(5, 0xff00'0000'0000'0000 | 1 << 11 | 1 << 8 | 0x55); // logical, lowest priority
    pulse(5);
    EXPECT_EQ(sink.sent.back(), (MsiMessage{.address = 0xfeef'f00c, .data = 0x155}));

    set_entry(5, 4 << 8 | 0x02); // NMI
    pulse(5);
    EXPECT_EQ(sink.sent.back(), (MsiMessage{.address = 0xfee0'0000, .data = 0x402}));

    set_entry(5, level | 0x60);
    ioapic.pin(5).set_level(true);
    EXPECT_EQ(sink.sent.back(), (MsiMessage{.address = 0xfee0'0000, .data = 0xc060}));
}

TEST_F(IoApicTest, ForgetsARiseWhileMasked)
{
    set_entry(4, masked | 0x31);
    ioapic.pin(4).set_level(true);

    set_entry(4, 0x31);

    EXPECT_TRUE(sink.sent.empty());
}

TEST_F(IoApicTest, HoldsALevelInterruptUntilItsEoi)
{
    set_entry(9, level | 0x41);

    ioapic.pin(9).set_level(true);
    EXPECT_EQ(sink.sent.size(), 1U);
    EXPECT_EQ(entry(9), level | remote_irr | 0x41);
    pulse(9);
    EXPECT_EQ(sink.sent.size(), 1U);

    ioapic.eoi(0x41);
    EXPECT_EQ(sink.sent.size(), 1U); // the line was lowered
    EXPECT_EQ(entry(9), level | 0x41);
}

TEST_F(IoApicTest, SendsALevelInterruptAgainWhenTheLineIsStillHighAtItsEoi)
{
    set_entry(9, level | 0x41);
    ioapic.pin(9).set_level(true);

    ioapic.eoi(0x40);
    EXPECT_EQ(sink.sent.size(), 1U);
    ioapic.eoi(0x41);
    EXPECT_EQ(sink.sent.size(), 2U);
    set_entry(9, level | masked | 0x41);
    ioapic.eoi(0x41);
    EXPECT_EQ(sink.sent.size(), 2U);
    EXPECT_EQ(entry(9), level | masked | 0x41);
}

TEST_F(IoApicTest, SendsAPendingLevelInterruptWhenItIsUnmasked)
{
    set_entry(9, level | masked | 0x41);
    ioapic.pin(9).set_level(true);
    EXPECT_TRUE(sink.sent.empty());

    set_entry(9, level | 0x41);

    EXPECT_EQ(sink.sent.size(), 1U);
}

TEST_F(IoApicTest, RoutesLevelInterruptsSoThatTheirEoisComeBack)
{
    set_entry(9, 0x0100'0000'0000'0000 | level | 0x41);
    EXPECT_EQ(sink.routes[9], (MsiMessage{.address = 0xfee0'1000, .data = 0xc041}));

    set_entry(9, 0x0100'0000'0000'0000 | 0x41);
    EXPECT_FALSE(sink.routes[9]);
}

/// A driver that leaves the handling to a thread masks the pin before its EOI: Linux's IRQF_ONESHOT. Were the EOI lost,
/// Remote IRR would stay set and the unmasked pin be dead.
TEST_F(IoApicTest, HearsTheEoiOfAnInterruptThatWasMaskedInService)
{
    set_entry(9, level | 0x41);
    ioapic.pin(9).set_level(true);

    set_entry(9, level | masked | 0x41);
    ASSERT_TRUE(sink.routes[9]); // so KVM will tell us
    ioapic.eoi(0x41);
    EXPECT_EQ(sink.sent.size(), 1U);
    set_entry(9, level | 0x41);

    EXPECT_EQ(sink.sent.size(), 2U);
}

TEST_F(IoApicTest, ClearsRemoteIrrWhenAPinBecomesEdgeTriggered)
{
    set_entry(9, level | 0x41);
    ioapic.pin(9).set_level(true);
    ioapic.pin(9).set_level(false);

    write(0x10 + 18, masked | 0x41);

    EXPECT_EQ(entry(9), masked | 0x41);
}

TEST_F(IoApicTest, LetsNobodyWriteReservedBits)
{
    set_entry(3, 0xffff'ffff'ffff'ffff);

    EXPECT_EQ(entry(3), 0xff00'0000'0001'afffU);
}

TEST_F(IoApicTest, IgnoresRegistersThatDoNotExist)
{
    for (unsigned index = 0x03; index < 0x100; ++index) {
        if (index >= 0x10 && index < 0x40)
            continue;
        write(static_cast<std::uint8_t>(index), 0xffff'ffff);
        EXPECT_EQ(read(static_cast<std::uint8_t>(index)), 0U);
    }
    out(ioapic, 0x00, 0x10, 4);
    out(ioapic, 0x11, 0, 4);
    out(ioapic, 0x40, 0xff, 4);
    out(ioapic, 0x10, 0, 1); // the window has 32 bits
    EXPECT_EQ(in(ioapic, 0x20, 8), 0U);
    EXPECT_EQ(entry(0), masked);
}

} // namespace
} // namespace vitrine::test
