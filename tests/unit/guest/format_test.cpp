#include "lib/format.hpp"

#include "lib/errno.hpp"

#include <gtest/gtest.h>

#include <limits>

namespace {

using kernel::Errno;
using kernel::FormatBuffer;
using kernel::PhysicalAddress;
using kernel::VirtualAddress;

template <typename... Arguments>
std::string formatted(kernel::FormatString<std::type_identity_t<Arguments>...> format, const Arguments&... arguments)
{
    FormatBuffer<256> buffer;
    kernel::format_to(buffer, format, arguments...);
    return std::string{buffer.view()};
}

/// Not checked at compile time, as for a string that comes from elsewhere.
std::string formatted_unchecked(std::string_view format, std::vector<kernel::FormatArgument> arguments)
{
    FormatBuffer<256> buffer;
    kernel::format_arguments(buffer, format, arguments.data(), arguments.size());
    return std::string{buffer.view()};
}

TEST(Format, PutsArgumentsInThePlaceOfFields)
{
    EXPECT_EQ(formatted("{} of {}", 3, 4U), "3 of 4");
    EXPECT_EQ(formatted("nothing"), "nothing");
    EXPECT_EQ(formatted(""), "");
    EXPECT_EQ(formatted("{}{}{}", 1, 2, 3), "123");
}

TEST(Format, ShowsTheExtremesOfIntegers)
{
    EXPECT_EQ(formatted("{}", std::numeric_limits<i64>::min()), "-9223372036854775808");
    EXPECT_EQ(formatted("{}", std::numeric_limits<i64>::max()), "9223372036854775807");
    EXPECT_EQ(formatted("{}", std::numeric_limits<u64>::max()), "18446744073709551615");
    EXPECT_EQ(formatted("{:x}", std::numeric_limits<u64>::max()), "ffffffffffffffff");
    EXPECT_EQ(formatted("{}", std::numeric_limits<signed char>::min()), "-128");
    EXPECT_EQ(formatted("{}", u8{255}), "255");
    EXPECT_EQ(formatted("{}", 0), "0");
}

TEST(Format, ShowsHexadecimalNumbersAsAsked)
{
    EXPECT_EQ(formatted("{:x}", 0xbeef), "beef");
    EXPECT_EQ(formatted("{:#x}", 0xbeef), "0xbeef");
    EXPECT_EQ(formatted("{:016x}", 0xbeefU), "000000000000beef");
    EXPECT_EQ(formatted("{:#010x}", 0xbeef), "0x0000beef");
    EXPECT_EQ(formatted("{:#x}", -1), "-0x1");
}

TEST(Format, PadsNumbersOnTheLeftAndTextOnTheRight)
{
    EXPECT_EQ(formatted("[{:5}]", 42), "[   42]");
    EXPECT_EQ(formatted("[{:<5}]", 42), "[42   ]");
    EXPECT_EQ(formatted("[{:05}]", -42), "[-0042]");
    EXPECT_EQ(formatted("[{:5}]", "ab"), "[ab   ]");
    EXPECT_EQ(formatted("[{:<10}]", std::string_view{"ab"}), "[ab        ]");
    EXPECT_EQ(formatted("[{:>8}]", "ab"), "[      ab]");
    EXPECT_EQ(formatted("[{:>1}]", "longer"), "[longer]");
    EXPECT_EQ(formatted("[{:3}]", 'x'), "[x  ]");
}

TEST(Format, KnowsTheKernelsTypes)
{
    EXPECT_EQ(formatted("{} {}", true, false), "true false");
    EXPECT_EQ(formatted("{}", PhysicalAddress{0x1000}), "0x1000");
    EXPECT_EQ(formatted("{:016x}", VirtualAddress{0xffff'8000'0000'0000}), "ffff800000000000");
    EXPECT_EQ(formatted("{}", reinterpret_cast<const void*>(0x1234)), "0x1234");
    EXPECT_EQ(formatted("{}", Errno::enoent), "ENOENT");
    enum class Colour : u8 { red = 7 };
    EXPECT_EQ(formatted("{}", Colour::red), "7");
}

TEST(Format, TakesDoubledBracesAsBraces)
{
    EXPECT_EQ(formatted("{{}}"), "{}");
    EXPECT_EQ(formatted("{{{}}}", 1), "{1}");
}

TEST(Format, PrintsMalformedAndSurplusFieldsAsTheyStand)
{
    EXPECT_EQ(formatted_unchecked("{} {}", {1}), "1 {}");
    EXPECT_EQ(formatted_unchecked("{:q}", {1}), "{:q}");
    EXPECT_EQ(formatted_unchecked("{:5", {1}), "{:5");
    EXPECT_EQ(formatted_unchecked("}", {1}), "}");
    EXPECT_EQ(formatted_unchecked("{0}", {1}), "{0}");
}

TEST(FormatBuffer, CutsOffWhatDoesNotFit)
{
    FormatBuffer<8> buffer;

    kernel::format_to(buffer, "{}-{}", "12345", "67890");
    EXPECT_EQ(buffer.view(), "12345-67");
    buffer.append("more");

    EXPECT_EQ(buffer.view(), "12345-67");
}

TEST(Errno, HasANameForEachNumberAndNoneForOthers)
{
    EXPECT_EQ(kernel::errno_name(Errno::etimedout), "ETIMEDOUT");
    EXPECT_EQ(kernel::errno_name(static_cast<Errno>(1234)), "E?");
}

} // namespace
