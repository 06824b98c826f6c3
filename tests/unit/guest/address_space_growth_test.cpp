#include "tests/unit/guest/address_space_fixture.hpp"

namespace address_space_test {
namespace {

TEST_F(AddressSpaceTest, LetsTheStackGrowToItsLimitButNotNearOthers)
{
    constexpr u64 limit = 8 << 20;
    const VirtualAddress top = space().map_stack(limit).value();

    EXPECT_EQ(top, user_end);
    EXPECT_TRUE(store({top.value - 8}, 's'));
    EXPECT_TRUE(store({top.value - limit / 2}, 's'));
    EXPECT_TRUE(store({top.value - limit}, 's'));
    EXPECT_FALSE(can_write({top.value - limit - 1}));
    EXPECT_LE((map(1).value() + page_size + kernel::mm::stack_gap).value, top.value - limit)
        << "room to grow and a gap stay free";
}

TEST_F(AddressSpaceTest, StopsTheStackBeforeAMappingInItsWay)
{
    constexpr u64 limit = 8 << 20;
    const VirtualAddress top = space().map_stack(limit).value();
    const VirtualAddress obstacle{top.value - limit / 2};
    ASSERT_TRUE(map(1, writable, obstacle, Placement::fixed));

    EXPECT_TRUE(can_write(obstacle + page_size + kernel::mm::stack_gap));
    EXPECT_FALSE(can_write({obstacle.value + page_size + kernel::mm::stack_gap - 1}));
}

TEST_F(AddressSpaceTest, HasAHeapThatGrowsAndShrinks)
{
    const VirtualAddress start{0x50'0000};
    space().set_heap_start({start.value - 100});
    EXPECT_EQ(space().set_break({0}), start);

    EXPECT_EQ(space().set_break(start + 10'000), start + 10'000);
    EXPECT_TRUE(store(start + 9'999, 'h'));
    EXPECT_EQ(space().set_break(start + 100), start + 100);
    EXPECT_FALSE(can_read(start + page_size));
    EXPECT_EQ(space().set_break(start + 10'000), start + 10'000);

    EXPECT_EQ(load(start + 9'999), 0);
}

TEST_F(AddressSpaceTest, KeepsTheBreakWhereItCannotMove)
{
    const VirtualAddress start{0x50'0000};
    space().set_heap_start(start);
    ASSERT_TRUE(map(1, writable, start + 2 * page_size, Placement::fixed));

    EXPECT_EQ(space().set_break(start + 3 * page_size), start);
    EXPECT_EQ(space().set_break({start.value - 1}), start);
    EXPECT_EQ(space().set_break({~0ULL}), start);
    EXPECT_EQ(space().set_break(start + 2 * page_size), start + 2 * page_size);
}

} // namespace
} // namespace address_space_test
