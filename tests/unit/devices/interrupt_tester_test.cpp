#include "tests/unit/devices/fakes.hpp"
#include "vmm/devices/interrupt_tester.hpp"

#include <gtest/gtest.h>

namespace vitrine::test {
namespace {

using namespace abi::interrupt_tester;

struct FakeMessages final : MsiSink {
    std::vector<MsiMessage> sent;
    void send(const MsiMessage& message) override { sent.push_back(message); }
    void route(unsigned, const std::optional<MsiMessage>&) override {}
};

class InterruptTesterTest : public testing::Test {
protected:
    void set(unsigned source, std::uint64_t which, std::uint32_t value)
    {
        out(device_, source * window_size + which, value, 4);
    }
    std::uint64_t get(unsigned source, std::uint64_t which) { return in(device_, source * window_size + which, 4); }
    unsigned total_rises() const
    {
        unsigned rises = 0;
        for (const FakeLine& line : lines_)
            rises += line.rises;
        return rises;
    }

    std::array<FakeLine, pin_count> lines_;
    FakeMessages messages_;
    InterruptTester device_{{&lines_[0], &lines_[1], &lines_[2], &lines_[3]}, messages_};
};

TEST_F(InterruptTesterTest, HoldsAPinHighWhileOneOfItsSourcesIs)
{
    set(2, level, 1);
    set(3, level, 1);
    set(2, level, 0);
    EXPECT_TRUE(lines_[1].high);
    EXPECT_EQ(get(2, level), 0U);
    EXPECT_EQ(get(3, level), 1U);

    set(3, level, 0);
    EXPECT_FALSE(lines_[1].high);
    EXPECT_EQ(total_rises(), 1U);
}

TEST_F(InterruptTesterTest, PulsesAsOftenAsItIsToldWithinBounds)
{
    set(7, pulse, 5);
    EXPECT_EQ(lines_[3].rises, 5U);
    EXPECT_FALSE(lines_[3].high);

    set(7, pulse, 0xffff'ffff);
    EXPECT_EQ(lines_[3].rises, 5U + most_at_once);
}

TEST_F(InterruptTesterTest, SendsTheMessageThatItWasGiven)
{
    set(0, message_address, 0xfee0'1000);
    set(0, message_address_high, 0x7);
    set(0, message_data, 0x41);
    set(0, send, 2);

    const MsiMessage expected{.address = 0x7'fee0'1000, .data = 0x41};
    EXPECT_EQ(messages_.sent, (std::vector{expected, expected}));
    EXPECT_EQ(get(0, message_address), 0xfee0'1000U);
    EXPECT_EQ(get(0, message_address_high), 0x7U);
    EXPECT_EQ(get(0, message_data), 0x41U);

    set(0, send, 0xffff'ffff);
    EXPECT_EQ(messages_.sent.size(), 2U + most_at_once);
}

TEST_F(InterruptTesterTest, SendsOnceAfterwardsWhatItWasToSendWhileMasked)
{
    set(1, message_control, message_masked);
    set(1, send, 3);
    EXPECT_TRUE(messages_.sent.empty());
    EXPECT_EQ(get(1, message_control), message_masked | message_pending);

    set(1, message_data, 0x42);
    set(1, message_control, 0);
    ASSERT_EQ(messages_.sent.size(), 1U);
    EXPECT_EQ(messages_.sent[0].data, 0x42U);
    EXPECT_EQ(get(1, message_control), 0U);

    set(1, message_control, 0);
    EXPECT_EQ(messages_.sent.size(), 1U);
}

TEST_F(InterruptTesterTest, TakesNoAccessButToWholeRegisters)
{
    for (const std::size_t size : {1, 2, 4, 8})
        for (std::uint64_t offset = 0; offset + size <= InterruptTester::size; ++offset)
            if (size != 4 || offset % 4 != 0 || offset >= source_count * window_size) {
                out(device_, offset, ~std::uint64_t{0}, size);
                EXPECT_EQ(in(device_, offset, size), ~std::uint64_t{0} >> (64 - 8 * size)) << offset << ' ' << size;
            }
    EXPECT_EQ(total_rises(), 0U);
    EXPECT_TRUE(messages_.sent.empty());
    for (unsigned source = 0; source < source_count; ++source)
        EXPECT_EQ(get(source, message_data), 0U);
}

} // namespace
} // namespace vitrine::test
