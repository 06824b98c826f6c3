#include "vmm/machine/bus.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <stdexcept>

namespace vitrine {
namespace {

class FakeDevice final : public BusDevice {
public:
    explicit FakeDevice(std::string_view name) : name_{name} {}
    std::string_view name() const override { return name_; }
    void read(std::uint64_t offset, std::span<std::byte> data) override
    {
        last_offset = offset;
        data[0] = std::byte{0x42};
    }
    void write(std::uint64_t offset, std::span<const std::byte> data) override
    {
        last_offset = offset;
        last_size = data.size();
    }

    std::uint64_t last_offset = ~std::uint64_t{0};
    std::size_t last_size = 0;

private:
    std::string_view name_;
};

TEST(Bus, GivesAccessesToTheDeviceThatHoldsAllOfThem)
{
    FakeDevice first{"first"};
    FakeDevice second{"second"};
    Bus bus;
    bus.attach(0x200, 8, second);
    bus.attach(0x100, 8, first);

    bus.write(0x107, std::array<std::byte, 1>{});
    EXPECT_EQ(first.last_offset, 7U);
    bus.write(0x200, std::array<std::byte, 4>{});
    EXPECT_EQ(second.last_offset, 0U);
    EXPECT_EQ(second.last_size, 4U);

    bus.write(0x106, std::array<std::byte, 4>{});
    EXPECT_EQ(first.last_offset, 7U) << "an access that leaves the range is nobody's";
}

TEST(Bus, ReadsOnesWhereNobodyIs)
{
    FakeDevice device{"device"};
    Bus bus;
    bus.attach(0x100, 8, device);
    std::array<std::byte, 2> data{};

    bus.read(0x50, data);
    EXPECT_EQ(data[1], std::byte{0xff});

    bus.read(0x100, data);
    EXPECT_EQ(data[0], std::byte{0x42});
    EXPECT_EQ(data[1], std::byte{0xff}) << "what the device leaves alone is ones, too";
}

TEST(Bus, RefusesOverlapsAndNamesBothDevices)
{
    FakeDevice first{"first"};
    FakeDevice second{"second"};
    Bus bus;
    bus.attach(0x100, 8, first);

    for (const std::uint64_t base : {0xf9, 0x100, 0x107})
        try {
            bus.attach(base, 8, second);
            FAIL() << base;
        } catch (const std::invalid_argument& error) {
            EXPECT_THAT(error.what(), testing::AllOf(testing::HasSubstr("first"), testing::HasSubstr("second")));
        }
    bus.attach(0xf8, 8, second);
    EXPECT_EQ(bus.ranges().size(), 2U);
}

TEST(Bus, HandlesTheEndOfTheAddressSpace)
{
    constexpr std::uint64_t last = ~std::uint64_t{0};
    FakeDevice device{"device"};
    Bus bus;

    EXPECT_THROW(bus.attach(last - 3, 8, device), std::invalid_argument);
    EXPECT_THROW(bus.attach(0, 0, device), std::invalid_argument);
    bus.attach(last - 7, 8, device);

    EXPECT_NE(bus.find(last, 1), nullptr);
    EXPECT_EQ(bus.find(last, 2), nullptr);
    EXPECT_EQ(bus.find(last - 8, 1), nullptr);
}

} // namespace
} // namespace vitrine
