#include "guest_fixture.hpp"

#include <gmock/gmock.h>

namespace vitrine::test {
namespace {

using testing::HasSubstr;

struct PlacementTest : testing::Test {
    GuestMemory memory{{.size = Bytes{16 << 20}}};
    Placement placement{memory, "image"};
};

TEST_F(PlacementTest, FindsTheLowestFreePlace)
{
    placement.claim("a kernel", GuestAddress{0x1'0000}, Bytes{0x1800}, abi::MemoryType::kernel);

    EXPECT_EQ(placement.place({.what = "it", .size = Bytes{1}, .lowest = Placement::low_structures}).value, 0x1'2000U);
    EXPECT_EQ(placement.place({.what = "it", .size = Bytes{1}, .lowest = Placement::low_structures}).value, 0x1'3000U);
}

TEST_F(PlacementTest, FindsTheHighestPlaceFromTheTop)
{
    const GuestAddress first = placement.place({.what = "it", .size = Bytes{0x1001}, .from_top = true});
    const GuestAddress second =
        placement.place({.what = "it", .size = Bytes{1}, .alignment = Bytes{0x10'0000}, .from_top = true});

    EXPECT_EQ(first.value, (16U << 20) - 0x2000);
    EXPECT_EQ(second.value, 15U << 20);
}

TEST_F(PlacementTest, KeepsTheLegacyAreaForThoseWhoAskForIt)
{
    const GuestAddress over =
        placement.place({.what = "it", .size = Bytes{0x8'0000}, .lowest = Placement::low_structures});
    const GuestAddress above =
        placement.place({.what = "it", .size = Bytes{0x2'0000}, .lowest = Placement::low_structures});
    const GuestAddress inside =
        placement.place({.what = "it", .size = Bytes{0x1000}, .lowest = {0xe'0000}, .end = Placement::legacy_end});

    EXPECT_EQ(over, Placement::low_structures);
    EXPECT_EQ(above, Placement::legacy_end);
    EXPECT_EQ(inside.value, 0xe'0000U);
}

TEST_F(PlacementTest, RefusesAPlaceThatIsTaken)
{
    placement.claim("one", GuestAddress{0x20'0000}, Bytes{0x1000}, abi::MemoryType::kernel);

    EXPECT_THAT(
        image_error([&] { placement.claim("another", GuestAddress{0x20'0fff}, Bytes{1}, abi::MemoryType::kernel); }),
        HasSubstr("another goes to [0x200000, 0x201000), of which a part is taken already"));
}

TEST_F(PlacementTest, SaysHowMuchMemoryIsMissing)
{
    EXPECT_THAT(image_error([&] { placement.place({.what = "a disk", .size = Bytes{64 << 20}}); }),
                HasSubstr("there is no room for a disk (67108864 bytes), but the guest has 16 MiB of memory: set "
                          "\"memory\" to \"65M\" or more"));
}

TEST_F(PlacementTest, MergesNeighboursOfOneTypeInTheMap)
{
    placement.claim("one", GuestAddress{0x20'0000}, Bytes{0x1000}, abi::MemoryType::kernel);
    placement.claim("two", GuestAddress{0x20'2000}, Bytes{0x1000}, abi::MemoryType::kernel);
    placement.claim("between", GuestAddress{0x20'1000}, Bytes{0x1000}, abi::MemoryType::kernel);
    placement.claim("other", GuestAddress{0x20'3000}, Bytes{0x1000}, abi::MemoryType::boot_data);

    const auto map = placement.memory_map();

    expect_sound(map, memory.size());
    ASSERT_EQ(map.size(), 6U);
    EXPECT_EQ(map[3].base, 0x20'0000U);
    EXPECT_EQ(map[3].size, 0x3000U);
    EXPECT_EQ(map[4].type, abi::MemoryType::boot_data);
}

TEST(PlacementInATinyGuest, KnowsThatThereIsNoLegacyArea)
{
    const GuestMemory memory{{.size = Bytes{64 << 10}}};
    const Placement placement{memory, "image"};

    ASSERT_EQ(placement.memory_map().size(), 1U);
    EXPECT_EQ(placement.memory_map()[0].type, abi::MemoryType::usable);
}

} // namespace
} // namespace vitrine::test
