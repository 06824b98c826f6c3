#include "tests/unit/devices/fakes.hpp"
#include "vmm/devices/fw_cfg.hpp"

#include <gtest/gtest.h>

namespace vitrine::test {
namespace {

std::string item(FwCfg& device, std::uint16_t key, std::size_t size)
{
    out(device, 0, key, 2);
    std::string bytes;
    for (std::size_t i = 0; i < size; ++i)
        bytes += static_cast<char>(in(device, 1));
    return bytes;
}

TEST(FwCfg, ShowsItsSignatureAndGivesZeroesBehindIt)
{
    FwCfg device{3, Bytes{0x1234'5678'9000}};

    EXPECT_EQ(item(device, 0x00, 6), std::string("QEMU\0\0", 6));
    EXPECT_EQ(item(device, 0x01, 4), std::string("\x01\0\0\0", 4));
}

TEST(FwCfg, TellsCpusAndMemoryAsKvmUnitTestsAsk)
{
    FwCfg device{3, Bytes{0x1234'5678'9000}};

    EXPECT_EQ(item(device, 0x05, 2), std::string("\x03\0", 2));
    EXPECT_EQ(item(device, 0x0f, 2), std::string("\x03\0", 2));
    EXPECT_EQ(item(device, 0x03, 8), std::string("\x00\x90\x78\x56\x34\x12\0\0", 8));
}

TEST(FwCfg, GivesZeroesForItemsItHasNot)
{
    FwCfg device{1, Bytes{4096}};

    EXPECT_EQ(item(device, 0xffff, 2), std::string(2, '\0'));
    EXPECT_EQ(item(device, 0x19, 4), std::string(4, '\0'));
}

TEST(FwCfg, BeginsAnItemAnewWhenItIsSelected)
{
    FwCfg device{1, Bytes{4096}};

    EXPECT_EQ(item(device, 0x00, 2), "QE");
    EXPECT_EQ(item(device, 0x00, 2), "QE");
    out(device, 0, 0x00, 1); // the selector has 16 bits
    EXPECT_EQ(in(device, 1), std::uint64_t{'M'});
}

} // namespace
} // namespace vitrine::test
