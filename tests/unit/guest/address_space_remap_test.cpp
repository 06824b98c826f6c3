#include "tests/unit/guest/address_space_fixture.hpp"

namespace address_space_test {
namespace {

using kernel::mm::Advice;
using kernel::mm::Populate;
using kernel::mm::Remapping;

constexpr VirtualAddress far_away{0x7000'0000};

TEST_F(AddressSpaceTest, MovesAMappingWithItsPages)
{
    const VirtualAddress memory = map(3).value();
    ASSERT_TRUE(store(memory, 'a') && store(memory + 2 * page_size, 'c'));
    ASSERT_TRUE(can_read(memory + page_size));

    const auto moved = space().remap(
        {.from = memory, .old_size = 3 * page_size, .new_size = 5 * page_size, .may_move = true, .to = far_away});

    ASSERT_TRUE(moved);
    EXPECT_EQ(moved.value(), far_away);
    EXPECT_EQ(load(far_away), 'a');
    EXPECT_EQ(load(far_away + 2 * page_size), 'c');
    EXPECT_EQ(load(far_away + 4 * page_size), 0);
    EXPECT_TRUE(store(far_away, 'x')) << "the page has one owner still";
    EXPECT_EQ(fault(memory, false), FaultOutcome::not_mapped);
}

TEST_F(AddressSpaceTest, GrowsAMappingInPlaceIfThereIsRoom)
{
    const VirtualAddress memory = map(2, writable, far_away, Placement::fixed).value();
    const Remapping larger{.from = memory, .old_size = 2 * page_size, .new_size = 4 * page_size};
    EXPECT_EQ(space().remap(larger).value(), memory);
    EXPECT_TRUE(store(memory + 3 * page_size, 'd'));

    map(1, writable, memory + 4 * page_size, Placement::fixed).value();
    EXPECT_EQ(space().remap({.from = memory, .old_size = 4 * page_size, .new_size = 6 * page_size}).error(),
              Errno::enomem);
    EXPECT_EQ(load(memory + 3 * page_size), 'd');
}

TEST_F(AddressSpaceTest, ShrinksAMapping)
{
    const VirtualAddress memory = map(4).value();

    EXPECT_EQ(space().remap({.from = memory, .old_size = 4 * page_size, .new_size = page_size}).value(), memory);

    EXPECT_TRUE(can_write(memory));
    EXPECT_EQ(fault(memory + page_size, false), FaultOutcome::not_mapped);
}

TEST_F(AddressSpaceTest, MovesPagesAndKeepsTheOldMapping)
{
    const VirtualAddress memory = map(1).value();
    ASSERT_TRUE(store(memory, 'a'));

    ASSERT_TRUE(space().remap({.from = memory,
                               .old_size = page_size,
                               .new_size = page_size,
                               .may_move = true,
                               .keep_old = true,
                               .to = far_away}));

    EXPECT_EQ(load(far_away), 'a');
    EXPECT_EQ(load(memory), 0);
}

TEST_F(AddressSpaceTest, RefusesRemappingsThatMakeNoSense)
{
    const VirtualAddress memory = map(4).value();
    const auto remap = [&](Remapping wanted) { return space().remap(wanted).error(); };

    EXPECT_EQ(remap({.from = memory, .old_size = page_size, .new_size = 0}), Errno::einval);
    EXPECT_EQ(remap({.from = memory + 1, .old_size = page_size, .new_size = page_size}), Errno::einval);
    EXPECT_EQ(remap({.from = {0x10'0000}, .old_size = page_size, .new_size = page_size}), Errno::efault);
    EXPECT_EQ(remap({.from = memory, .old_size = 5 * page_size, .new_size = 6 * page_size, .may_move = true}),
              Errno::efault);
    EXPECT_EQ(remap({.from = memory, .old_size = 0, .new_size = page_size, .may_move = true}), Errno::einval);
    EXPECT_EQ(remap({.from = memory,
                     .old_size = 4 * page_size,
                     .new_size = 4 * page_size,
                     .may_move = true,
                     .to = memory + page_size}),
              Errno::einval);
}

TEST_F(AddressSpaceTest, PagesThatAreOnlyReadAreOnePageOfZeros)
{
    const VirtualAddress memory = map(20).value();
    ASSERT_TRUE(can_read(memory));
    const u64 before = kernel::mm::page_counts().free;

    for (u64 page = 0; page < 20; ++page)
        EXPECT_EQ(load(memory + page * page_size), 0);
    EXPECT_GE(kernel::mm::page_counts().free + 2, before);

    EXPECT_TRUE(store(memory + page_size, 'x'));
    EXPECT_EQ(load(memory), 0);
    EXPECT_EQ(load(memory + page_size), 'x');
    EXPECT_EQ(space().memory_use().resident_anonymous, 1U);
}

TEST_F(AddressSpaceTest, TellsWhichPagesAreInMemory)
{
    const VirtualAddress memory = map(4).value();
    ASSERT_TRUE(can_write(memory + page_size));
    std::array<u8, 4> pages{};

    ASSERT_TRUE(space().residence(memory, pages));
    EXPECT_EQ(pages, (std::array<u8, 4>{0, 1, 0, 0}));
    ASSERT_TRUE(space().populate(memory, 3 * page_size, Populate::as_allowed));
    ASSERT_TRUE(space().residence(memory, pages));
    EXPECT_EQ(pages, (std::array<u8, 4>{1, 1, 1, 0}));
    EXPECT_EQ(space().residence({0x10'0000}, pages).error(), Errno::enomem);
}

TEST_F(AddressSpaceTest, TakesAdvice)
{
    const VirtualAddress memory = map(3).value();
    for (u64 page = 0; page < 3; ++page)
        ASSERT_TRUE(store(memory + page * page_size, 'x'));

    EXPECT_TRUE(space().advise(memory, page_size, Advice::free));
    EXPECT_EQ(load(memory), 0);
    EXPECT_TRUE(space().advise(memory + page_size, page_size, Advice::wipe_on_fork));
    EXPECT_TRUE(space().advise(memory + 2 * page_size, page_size, Advice::do_not_fork));
    EXPECT_TRUE(space().set_locked(memory, page_size, true));
    EXPECT_EQ(space().advise(memory, page_size, Advice::discard).error(), Errno::einval);
    EXPECT_EQ(space().memory_use().locked, 1U);

    switch_to(space().duplicate().release());
    EXPECT_EQ(load(memory + page_size), 0);
    EXPECT_EQ(fault(memory + 2 * page_size, false), FaultOutcome::not_mapped);
    EXPECT_EQ(space().memory_use().locked, 0U);
}

TEST_F(AddressSpaceTest, DiscardsWhatIsMappedOfARangeWithHoles)
{
    const VirtualAddress memory = map(3).value();
    ASSERT_TRUE(store(memory, 'a') && store(memory + 2 * page_size, 'c'));
    ASSERT_TRUE(space().unmap(memory + page_size, page_size));

    EXPECT_EQ(space().advise(memory, 3 * page_size, Advice::discard).error(), Errno::enomem);

    EXPECT_EQ(load(memory), 0);
    EXPECT_EQ(load(memory + 2 * page_size), 0);
}

TEST_F(AddressSpaceTest, GrowsMappingsDownThatMay)
{
    const VirtualAddress memory =
        space().map_growing_down(far_away, page_size, writable, Placement::fixed, 16 * page_size).value();

    EXPECT_TRUE(can_write({memory.value - 10 * page_size}));
    EXPECT_EQ(space().beginning_of_stack(memory).value().value, memory.value - 10 * page_size);
    EXPECT_EQ(fault({memory.value - 16 * page_size}, true), FaultOutcome::not_mapped);
}

} // namespace
} // namespace address_space_test
