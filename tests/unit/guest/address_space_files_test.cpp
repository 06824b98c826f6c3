#include "tests/unit/guest/address_space_fixture.hpp"

namespace address_space_test {
namespace {

TEST_F(AddressSpaceTest, FindsZerosOrTheFileAgainAfterADiscard)
{
    const VirtualAddress memory = map(1).value();
    const auto file = kernel::make_ref<PatternFile>(1, 0).release();
    const VirtualAddress mapped = space().map_file({}, page_size, writable, Placement::anywhere, file, 0).value();
    ASSERT_TRUE(store(memory, 'x') && store(mapped, 'x'));

    EXPECT_TRUE(space().discard(memory, page_size));
    EXPECT_TRUE(space().discard(mapped, page_size));

    EXPECT_EQ(load(memory), 0);
    EXPECT_EQ(load(mapped), 1);
}

TEST_F(AddressSpaceTest, ReadsFilePagesAndKeepsWritesToItself)
{
    for (const u64 lent : {0, 1, 3}) {
        const auto file = kernel::make_ref<PatternFile>(3, lent).release();
        const VirtualAddress all = space().map_file({}, 3 * page_size, writable, Placement::anywhere, file, 0).value();
        const VirtualAddress last =
            space().map_file({}, page_size, readable, Placement::anywhere, file, 2 * page_size).value();

        EXPECT_EQ(load(all + page_size), 2);
        EXPECT_EQ(load(last), 3);
        EXPECT_TRUE(store(all, 'x') && store(all + page_size, 'y'));

        EXPECT_EQ(load(all), 'x');
        EXPECT_EQ(load(all + page_size), 'y');
        EXPECT_EQ(load(all + page_size + 1), 2) << "the rest of the page has been copied";
        for (u64 page = 0; page < lent; ++page)
            EXPECT_EQ(file->own_byte(page), static_cast<char>(page + 1));
    }
}

TEST_F(AddressSpaceTest, DoesNotMakeLentPagesWritable)
{
    const auto file = kernel::make_ref<PatternFile>(1, 1).release();
    const VirtualAddress mapped = space().map_file({}, page_size, readable, Placement::anywhere, file, 0).value();
    ASSERT_EQ(load(mapped), 1);

    ASSERT_TRUE(space().protect(mapped, page_size, writable));
    EXPECT_FALSE(fake::translate(mapped)->flags.write);
    EXPECT_TRUE(store(mapped, 'x'));

    EXPECT_EQ(file->own_byte(0), 1);
}

TEST_F(AddressSpaceTest, MapsPagesAheadThatTheFileLends)
{
    const auto file = kernel::make_ref<PatternFile>(20, 20).release();
    const VirtualAddress mapped =
        space().map_file({0x40'0000}, 20 * page_size, readable, Placement::fixed, file, 0).value();

    ASSERT_TRUE(can_read(mapped + 3 * page_size));

    EXPECT_FALSE(fake::translate(mapped + 2 * page_size));
    EXPECT_TRUE(fake::translate(mapped + 15 * page_size));
    EXPECT_FALSE(fake::translate(mapped + 16 * page_size));
}

TEST_F(AddressSpaceTest, FaultsBehindTheEndOfAFile)
{
    const auto file = kernel::make_ref<PatternFile>(1, 0).release();
    const VirtualAddress mapped = space().map_file({}, 2 * page_size, readable, Placement::anywhere, file, 0).value();

    EXPECT_TRUE(can_read(mapped));
    EXPECT_FALSE(can_read(mapped + page_size));
}

TEST_F(AddressSpaceTest, KeepsAFileAliveWhileItIsMapped)
{
    VirtualAddress mapped{};
    {
        auto file = kernel::make_ref<PatternFile>(2, 2).release();
        mapped = space().map_file({}, 2 * page_size, readable, Placement::anywhere, file, 0).value();
    }

    EXPECT_EQ(load(mapped + page_size), 2);
}

TEST_F(AddressSpaceTest, RefusesFileOffsetsThatCannotBe)
{
    const auto file = kernel::make_ref<PatternFile>(1, 0).release();
    const auto map_at = [&](u64 offset) {
        return space().map_file({}, 2 * page_size, readable, Placement::anywhere, file, offset).error();
    };

    EXPECT_EQ(map_at(8), Errno::einval);
    EXPECT_EQ(map_at(~0ULL - page_size + 1), Errno::eoverflow);
}

} // namespace
} // namespace address_space_test
