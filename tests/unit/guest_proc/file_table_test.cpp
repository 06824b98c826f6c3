#include "kernel/fs/file_table.hpp"

#include "kernel/fs/inode_file.hpp"
#include "kernel/fs/ram_file.hpp"
#include "tests/unit/guest_proc/transfers.hpp"

namespace {

using kernel::Errno;
using kernel::make_ref;
using kernel::Ref;
using kernel::fs::File;
using kernel::fs::FileTable;
using kernel::fs::OpenFiles;

using FileTables = test::WithMemory;

Ref<File> any_file()
{
    return make_ref<kernel::fs::InodeFile>(make_ref<kernel::fs::RamFile>(0644).release(), 0U).release();
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
    for (u32 descriptor = 0; descriptor < FileTable::default_limit; ++descriptor)
        ASSERT_TRUE(table.install(file, false));

    EXPECT_EQ(table.install(file, false).error(), Errno::emfile);
}

TEST_F(FileTables, PutAFileWhereItIsWanted)
{
    FileTable table;
    const Ref<File> first = any_file();
    const Ref<File> second = any_file();

    EXPECT_FALSE(table.install_at(20, first, false).value());
    EXPECT_EQ(table.install_at(20, second, true).value().get(), first.get());
    EXPECT_EQ(table.get(20).value().get(), second.get());
    EXPECT_EQ(table.install_at(FileTable::default_limit, first, false).error(), Errno::ebadf);
    EXPECT_EQ(table.install(first, false).value(), 0U);
    EXPECT_EQ(table.install(first, false, 20).value(), 21U);
    EXPECT_EQ(table.install(first, false).value(), 1U);
}

TEST_F(FileTables, AreCopiedWithTheirMarks)
{
    OpenFiles original;
    const Ref<File> file = any_file();
    original.table().with([&](FileTable& table) {
        ASSERT_TRUE(table.install_at(40, file, true));
        ASSERT_TRUE(table.install_at(3, file, false));
    });

    const auto copy = original.duplicate().release();
    original.close_range(0, ~0U);

    copy->close_on_exec();
    copy->table().with([&](FileTable& table) {
        EXPECT_FALSE(table.get(40));
        EXPECT_EQ(table.get(3).value().get(), file.get());
        EXPECT_EQ(table.install(file, false).value(), 0U);
    });
    original.table().with([&](FileTable& table) { EXPECT_FALSE(table.get(3)); });
}

TEST_F(FileTables, CloseOnExecWhatIsMarked)
{
    OpenFiles files;
    const auto install = [&](bool close_on_exec) {
        return files.table().with([&](FileTable& table) { return table.install(any_file(), close_on_exec).value(); });
    };
    const auto is_open = [&](u32 descriptor) {
        return files.table().with([&](FileTable& table) { return static_cast<bool>(table.get(descriptor)); });
    };
    install(true);
    install(false);

    files.close_on_exec();

    EXPECT_FALSE(is_open(0));
    EXPECT_TRUE(is_open(1));
    EXPECT_EQ(install(false), 0U);
    files.close_on_exec();
    EXPECT_TRUE(is_open(0)); // not marked by the one that had the descriptor before
}

} // namespace
