#include "vmm/machine/guest_memory.hpp"

#include <gtest/gtest.h>

namespace vitrine {
namespace {

using namespace literals;

TEST(GuestMemory, LiesBelowTheHoleWhenItFits)
{
    const GuestMemory memory{{.size = 1_MiB}};

    ASSERT_EQ(memory.regions().size(), 1U);
    EXPECT_TRUE(memory.contains(GuestAddress{0}, 1_MiB));
    EXPECT_FALSE(memory.contains(GuestAddress{1}, 1_MiB));
    EXPECT_FALSE(memory.contains(GuestAddress{1 << 20}, Bytes{1}));
}

TEST(GuestMemory, ContinuesAboveTheHole)
{
    const GuestMemory memory{{.size = 4_GiB}};

    ASSERT_EQ(memory.regions().size(), 2U);
    EXPECT_TRUE(memory.contains(GuestMemory::hole_end, 1_GiB));
    EXPECT_FALSE(memory.contains(GuestMemory::hole_begin, Bytes{1}));
    EXPECT_FALSE(memory.contains(GuestAddress{GuestMemory::hole_begin.value - 1}, Bytes{2}));
    EXPECT_FALSE(memory.contains(GuestAddress{GuestMemory::hole_end.value - 1}, Bytes{1}));
    EXPECT_FALSE(memory.contains(GuestMemory::hole_end, 1_GiB + Bytes{1}));
}

TEST(GuestMemory, DoesNotWrapAround)
{
    const GuestMemory memory{{.size = 1_MiB}};

    EXPECT_FALSE(memory.contains(GuestAddress{0x1000}, Bytes{~std::uint64_t{0}}));
    EXPECT_FALSE(memory.contains(GuestAddress{~std::uint64_t{0}}, Bytes{2}));
    EXPECT_THROW((void)memory.read<std::uint32_t>(GuestAddress{(1 << 20) - 3}), GuestMemoryError);
}

TEST(GuestMemory, NamesTheAccessItRefuses)
{
    const GuestMemory memory{{.size = 1_MiB}};

    try {
        memory.write(GuestAddress{0xf'ffff}, std::uint16_t{1});
        FAIL() << "it was taken";
    } catch (const GuestMemoryError& error) {
        EXPECT_EQ(error.address(), GuestAddress{0xf'ffff});
        EXPECT_EQ(error.size(), Bytes{2});
    }
}

TEST(GuestMemory, GivesBackWhatWasWritten)
{
    for (const MemoryBacking backing : {MemoryBacking::anonymous, MemoryBacking::memfd}) {
        const GuestMemory memory{{.size = 1_MiB, .backing = backing}};

        memory.write(GuestAddress{0x1001}, std::uint64_t{0x1122'3344'5566'7788});
        memory.fill(GuestAddress{0x1001}, Bytes{2}, std::byte{0xaa});

        EXPECT_EQ(memory.read<std::uint64_t>(GuestAddress{0x1001}), 0x1122'3344'5566'aaaaU);
        EXPECT_EQ(memory.read<std::uint64_t>(GuestAddress{0x2000}), 0U);
    }
}

TEST(GuestMemory, IsAlignedForLargePages)
{
    const GuestMemory memory{{.size = 8_MiB, .huge_pages = true}};

    EXPECT_EQ(reinterpret_cast<std::uintptr_t>(memory.regions().front().host.data()) % (2 << 20), 0U);
}

TEST(GuestMemory, RefusesSizesThatAreNoPages)
{
    EXPECT_THROW(GuestMemory({.size = Bytes{0}}), std::invalid_argument);
    EXPECT_THROW(GuestMemory({.size = Bytes{4097}}), std::invalid_argument);
}

} // namespace
} // namespace vitrine
