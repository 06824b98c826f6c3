#include "tests/unit/guest/address_space_fixture.hpp"

namespace address_space_test {
namespace {

u64 free_pages() { return kernel::mm::page_counts().free; }

TEST_F(AddressSpaceTest, ADuplicateHasTheSameContent)
{
    const VirtualAddress memory = map(3).value();
    ASSERT_TRUE(store(memory, 'a') && store(memory + 2 * page_size, 'c'));

    switch_to(space().duplicate().release());

    EXPECT_EQ(load(memory), 'a');
    EXPECT_EQ(load(memory + page_size), 0);
    EXPECT_EQ(load(memory + 2 * page_size), 'c');
}

TEST_F(AddressSpaceTest, WritesAfterADuplicationAreSeenOnOneSideOnly)
{
    const VirtualAddress memory = map(2).value();
    ASSERT_TRUE(store(memory, 'a') && store(memory + page_size, 'a'));
    const auto copy = space().duplicate().release();

    ASSERT_TRUE(store(memory, 'p'));
    const auto parent = switch_to(copy);
    ASSERT_TRUE(store(memory + page_size, 'c'));

    EXPECT_EQ(load(memory), 'a');
    EXPECT_EQ(load(memory + page_size), 'c');
    switch_to(parent);
    EXPECT_EQ(load(memory), 'p');
    EXPECT_EQ(load(memory + page_size), 'a');
}

TEST_F(AddressSpaceTest, ADuplicationCopiesNoPagesUntilTheyAreWritten)
{
    const VirtualAddress memory = map(50).value();
    for (u64 page = 0; page < 50; ++page)
        ASSERT_TRUE(can_write(memory + page * page_size));
    const u64 before = free_pages();

    auto copy = space().duplicate().release();
    EXPECT_GT(free_pages() + 10, before);
    EXPECT_FALSE(fake::translate(memory)->flags.write);
    const u64 shared = free_pages();
    EXPECT_TRUE(can_write(memory));
    EXPECT_EQ(free_pages(), shared - 1);

    const auto parent = switch_to(copy);
    copy = {};
    EXPECT_TRUE(can_write(memory)) << "it is nobody else's by now";
    EXPECT_EQ(free_pages(), shared - 1);
}

TEST_F(AddressSpaceTest, ADuplicateDoesNotMakeReadOnlyMemoryWritable)
{
    const VirtualAddress memory = map(1, readable).value();
    ASSERT_TRUE(can_read(memory));

    switch_to(space().duplicate().release());

    EXPECT_EQ(fault(memory, true), FaultOutcome::not_allowed);
    ASSERT_TRUE(space().protect(memory, page_size, writable));
    EXPECT_TRUE(store(memory, 'x'));
}

TEST_F(AddressSpaceTest, ADuplicateKeepsHeapStackAndRoomBelowIt)
{
    space().set_heap_start({0x50'0000});
    ASSERT_EQ(space().set_break({0x50'1800}).value, 0x50'1800U);
    const VirtualAddress top = space().map_stack(64 * page_size).value();
    ASSERT_TRUE(store({top.value - 1}, 's'));

    switch_to(space().duplicate().release());

    EXPECT_EQ(space().set_break({}).value, 0x50'1800U);
    EXPECT_EQ(space().set_break({0x50'3000}).value, 0x50'3000U);
    EXPECT_EQ(load({top.value - 1}), 's');
    EXPECT_TRUE(can_write({top.value - 60 * page_size}));
    EXPECT_LT(map(1).value().value, top.value - 64 * page_size);
}

TEST_F(AddressSpaceTest, ADuplicateGivesEverythingBack)
{
    const VirtualAddress memory = map(20).value();
    for (u64 page = 0; page < 20; ++page)
        ASSERT_TRUE(can_write(memory + page * page_size));
    space().duplicate().release() = {}; // slab caches keep a page each
    const u64 before = free_pages();

    const auto parent = switch_to(space().duplicate().release());
    EXPECT_TRUE(can_write(memory));
    switch_to(parent);

    EXPECT_EQ(free_pages(), before);
}

TEST_F(AddressSpaceTest, SharesLentPagesWithADuplicate)
{
    const auto file = kernel::make_ref<PatternFile>(2, 1).release();
    const VirtualAddress mapped = space().map_file({}, 2 * page_size, writable, Placement::anywhere, file, 0).value();
    ASSERT_TRUE(can_read(mapped) && can_read(mapped + page_size));

    switch_to(space().duplicate().release());
    ASSERT_TRUE(store(mapped, 'x'));

    EXPECT_EQ(load(mapped + page_size), 2);
    EXPECT_EQ(file->own_byte(0), 1);
}

TEST_F(AddressSpaceTest, SaysWhyAFaultIsNotServed)
{
    const auto file = kernel::make_ref<PatternFile>(1, 1).release();
    const VirtualAddress mapped = space().map_file({}, 2 * page_size, readable, Placement::anywhere, file, 0).value();

    EXPECT_EQ(fault({0x1000}, false), FaultOutcome::not_mapped);
    EXPECT_EQ(fault(user_end, false), FaultOutcome::not_mapped);
    EXPECT_EQ(fault(mapped, true), FaultOutcome::not_allowed);
    EXPECT_EQ(fault(mapped, false, true), FaultOutcome::not_allowed);
    EXPECT_EQ(fault(mapped + page_size, false), FaultOutcome::no_content);
    EXPECT_EQ(fault(mapped, false), FaultOutcome::served);
}

} // namespace
} // namespace address_space_test
