#include "kernel/fs/file_table.hpp"

#include "kernel/fs/ram_file.hpp"
#include "tests/unit/guest_proc/transfers.hpp"

namespace {

using kernel::Errno;
using kernel::make_ref;
using kernel::Ref;
using kernel::fs::File;
using kernel::fs::FileTable;

using FileTables = test::WithMemory;

Ref<File> any_file()
{
    return make_ref<File>(make_ref<kernel::fs::RamFile>(0644).release(), kernel::fs::OpenMode{.read = true}).release();
}

TEST_F(FileTables, GiveTheLowestFreeDescriptor)
{
    FileTable table;
    for (u32 descriptor = 0; descriptor < 20; ++descriptor)
        EXPECT_EQ(table.install(any_file(), false).value(), descriptor);

    ASSERT_TRUE(table.remove(13));
    ASSERT_TRUE(table.remove(4));

    EXPECT_EQ(table.install(any_file(), false).value(), 4U);
    EXPECT_EQ(table.install(any_file(), false).value(), 13U);
    EXPECT_EQ(table.install(any_file(), false).value(), 20U);
}

TEST_F(FileTables, KnowOnlyWhatIsOpen)
{
    FileTable table;
    const Ref<File> file = any_file();
    ASSERT_EQ(table.install(file, false).value(), 0U);

    EXPECT_EQ(table.get(0).value().get(), file.get());
    EXPECT_EQ(table.get(1).error(), Errno::ebadf);
    EXPECT_EQ(table.get(~0U).error(), Errno::ebadf);
    ASSERT_TRUE(table.remove(0));
    EXPECT_EQ(table.get(0).error(), Errno::ebadf);
    EXPECT_EQ(table.remove(0).error(), Errno::ebadf);
}

TEST_F(FileTables, EndAtTheirLimit)
{
    FileTable table;
    const Ref<File> file = any_file();
    for (u32 descriptor = 0; descriptor < FileTable::max_descriptors; ++descriptor)
        ASSERT_TRUE(table.install(file, false));

    EXPECT_EQ(table.install(file, false).error(), Errno::emfile);
}

TEST_F(FileTables, CloseOnExecWhatIsMarked)
{
    FileTable table;
    ASSERT_TRUE(table.install(any_file(), true));
    ASSERT_TRUE(table.install(any_file(), false));

    table.close_on_exec();

    EXPECT_FALSE(table.get(0));
    EXPECT_TRUE(table.get(1));
    EXPECT_EQ(table.install(any_file(), false).value(), 0U);
    table.close_on_exec();
    EXPECT_TRUE(table.get(0)); // not marked by the one that had the descriptor before
}

} // namespace
