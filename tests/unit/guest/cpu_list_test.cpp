#include "lib/cpu_list.hpp"

#include <gtest/gtest.h>

#include <string>

namespace kernel {
namespace {

std::string mask_text(u32 mask, unsigned cpus)
{
    FormatBuffer<64> text;
    format_cpu_mask(text, mask, cpus);
    return std::string{text.view()};
}
std::string list_text(u32 mask)
{
    FormatBuffer<64> text;
    format_cpu_list(text, mask);
    return std::string{text.view()};
}

TEST(CpuMask, IsReadInGroupsOfDigits)
{
    EXPECT_EQ(parse_cpu_mask("f").value(), 0xfU);
    EXPECT_EQ(parse_cpu_mask("0x1F").value(), 0x1fU);
    EXPECT_EQ(parse_cpu_mask("ffffffff").value(), ~0U);
    EXPECT_EQ(parse_cpu_mask("00000000,0000000c").value(), 0xcU);
    EXPECT_EQ(parse_cpu_mask("0,3").value(), 3U);
}

TEST(CpuMask, RefusesWhatIsNone)
{
    for (const char* const text : {"", ",", "0,", ",f", "g", "f f", "-1", "123456789"})
        EXPECT_EQ(parse_cpu_mask(text).error(), Errno::einval) << text;
    EXPECT_EQ(parse_cpu_mask("1,00000000").error(), Errno::eoverflow);
}

TEST(CpuMask, IsWrittenAsWideAsThereAreCpus)
{
    EXPECT_EQ(mask_text(0x5, 4), "5");
    EXPECT_EQ(mask_text(0x5, 5), "05");
    EXPECT_EQ(mask_text(~0U, 32), "ffffffff");
}

TEST(CpuList, IsReadInRanges)
{
    EXPECT_EQ(parse_cpu_list("0").value(), 1U);
    EXPECT_EQ(parse_cpu_list("0-31").value(), ~0U);
    EXPECT_EQ(parse_cpu_list("1,3-4,3").value(), 0b11010U);
}

TEST(CpuList, RefusesWhatIsNone)
{
    for (const char* const text : {"", ",", "1,", "-", "1-", "-1", "a", "1 2"})
        EXPECT_EQ(parse_cpu_list(text).error(), Errno::einval) << text;
    for (const char* const text : {"32", "2-1", "0-32", "99999999999999999999"})
        EXPECT_EQ(parse_cpu_list(text).error(), Errno::erange) << text;
}

TEST(CpuList, IsWrittenInRanges)
{
    EXPECT_EQ(list_text(0), "");
    EXPECT_EQ(list_text(0b1011), "0-1,3");
    EXPECT_EQ(list_text(~0U), "0-31");
}

} // namespace
} // namespace kernel
