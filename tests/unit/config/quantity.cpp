#include "vmm/config/quantity.hpp"

#include <gtest/gtest.h>

namespace vitrine {
namespace {

using namespace literals;
using namespace std::chrono_literals;

TEST(Size, IsANumberWithABinaryUnit)
{
    EXPECT_EQ(parse_size("4096"), Bytes{4096});
    EXPECT_EQ(parse_size("4K"), 4_KiB);
    EXPECT_EQ(parse_size("128M"), 128_MiB);
    EXPECT_EQ(parse_size("2G"), 2_GiB);
    EXPECT_EQ(parse_size("1T"), 1024_GiB);
    EXPECT_EQ(parse_size("18446744073709551615"), Bytes{~std::uint64_t{0}});
}

TEST(Size, IsRefusedWhenMalformedOrBeyond64Bits)
{
    for (const char* text : {"", "M", "-1", "+1", " 1", "1 ", "1m", "1MB", "1.5G", "0x10", "18446744073709551616",
                             "16777216T", "99999999999999999999999"})
        EXPECT_EQ(parse_size(text), std::nullopt) << text;
}

TEST(Duration, IsANumberWithAUnit)
{
    EXPECT_EQ(parse_duration("7ns"), 7ns);
    EXPECT_EQ(parse_duration("20us"), 20us);
    EXPECT_EQ(parse_duration("500ms"), 500ms);
    EXPECT_EQ(parse_duration("10s"), 10s);
    EXPECT_EQ(parse_duration("1.5s"), 1500ms);
    EXPECT_EQ(parse_duration("2m"), 2min);
    EXPECT_EQ(parse_duration("1h"), 1h);
    EXPECT_EQ(parse_duration("0s"), 0s);
}

TEST(Duration, IsRefusedWhenMalformedOrBeyond292Years)
{
    for (const char* text : {"", "s", "10", "10 s", "-1s", "1e3s", "infs", "nans", "0x1s", "1S", "3000000h"})
        EXPECT_EQ(parse_duration(text), std::nullopt) << text;
}

TEST(Address, IsHexadecimal)
{
    EXPECT_EQ(parse_address("0x7c00"), GuestAddress{0x7c00});
    EXPECT_EQ(parse_address("0xffffFFFFffffFFFF"), GuestAddress{~std::uint64_t{0}});
}

TEST(Address, IsRefusedWhenMalformedOrBeyond64Bits)
{
    for (const char* text : {"", "0x", "7c00", "0x7c00h", "0x-1", "0x10000000000000000"})
        EXPECT_EQ(parse_address(text), std::nullopt) << text;
}

} // namespace
} // namespace vitrine
