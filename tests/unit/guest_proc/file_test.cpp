#include "kernel/fs/inode_file.hpp"

#include "kernel/fs/device.hpp"
#include "kernel/fs/ram_file.hpp"
#include "tests/unit/guest_proc/transfers.hpp"

namespace {

using kernel::Errno;
using kernel::make_ref;
using kernel::fs::File;
using kernel::fs::InodeFile;
using kernel::fs::RamFile;
using kernel::fs::Whence;

using OpenFiles = test::WithMemory;

kernel::Ref<File> open_file(u32 flags)
{
    return make_ref<InodeFile>(make_ref<RamFile>(0644).release(), flags).release();
}

std::string read(File& file, u64 count)
{
    test::TextSink sink;
    EXPECT_TRUE(file.read(count, sink));
    return sink.text;
}

u64 write(File& file, const std::string& text)
{
    test::TextSource source{text};
    return file.write(text.size(), source).value();
}

TEST_F(OpenFiles, MoveTheirOffsetByWhatIsReadAndWritten)
{
    const auto file = open_file(kernel::fs::open_read_write);

    EXPECT_EQ(write(*file, "one two"), 7U);
    EXPECT_EQ(read(*file, 10), "");
    EXPECT_EQ(file->seek(0, Whence::set).value(), 0U);
    EXPECT_EQ(read(*file, 4), "one ");
    EXPECT_EQ(read(*file, 10), "two");
}

TEST_F(OpenFiles, SeekFromAnywhereButNotBeforeTheBeginning)
{
    const auto file = open_file(kernel::fs::open_read_write);
    write(*file, "0123456789");

    EXPECT_EQ(file->seek(-3, Whence::end).value(), 7U);
    EXPECT_EQ(file->seek(-2, Whence::current).value(), 5U);
    EXPECT_EQ(file->seek(100, Whence::end).value(), 110U);
    EXPECT_EQ(file->seek(-1, Whence::set).error(), Errno::einval);
    EXPECT_EQ(file->seek(-111, Whence::current).error(), Errno::einval);
    EXPECT_EQ(file->seek(0x7fffffffffffffff, Whence::current).error(), Errno::einval);
    EXPECT_EQ(file->seek(0, static_cast<Whence>(9)).error(), Errno::einval);
    EXPECT_EQ(file->seek(0, Whence::current).value(), 110U);
}

TEST_F(OpenFiles, AppendWhereverTheyAre)
{
    const auto file = open_file(kernel::fs::open_read_write | kernel::fs::open_append);
    write(*file, "first");
    ASSERT_TRUE(file->seek(0, Whence::set));

    write(*file, " second");

    ASSERT_TRUE(file->seek(0, Whence::set));
    EXPECT_EQ(read(*file, 100), "first second");
}

TEST_F(OpenFiles, TellWhatTheyAreOpenFor)
{
    const auto reader = open_file(kernel::fs::open_read_only | kernel::fs::open_create);
    const auto writer = open_file(kernel::fs::open_write_only);
    const auto path = open_file(kernel::fs::open_read_write | kernel::fs::open_path);

    EXPECT_TRUE(reader->mode().read && !reader->mode().write);
    EXPECT_TRUE(!writer->mode().read && writer->mode().write);
    EXPECT_TRUE(!path->mode().read && !path->mode().write);
    EXPECT_EQ(reader->flags(), 0U);
}

TEST_F(OpenFiles, ChangeOnlyTheFlagsThatCanChange)
{
    const auto file = open_file(kernel::fs::open_read_write);

    file->set_flags(kernel::fs::open_append | kernel::fs::open_nonblocking | kernel::fs::open_truncate);
    EXPECT_EQ(file->flags(), u32{kernel::fs::open_read_write | kernel::fs::open_append | kernel::fs::open_nonblocking});
    file->set_flags(0);
    EXPECT_EQ(file->flags(), u32{kernel::fs::open_read_write});
}

TEST_F(OpenFiles, OfMemoryDevicesIgnoreOffsets)
{
    const auto node =
        make_ref<kernel::fs::DeviceNode>(kernel::fs::FileType::character_device, 0666, kernel::fs::DeviceNumber{1, 5})
            .release();
    const auto file = node->open(kernel::fs::open_read_only).release();
    test::TextSink sink;

    EXPECT_EQ(file->seek(17, Whence::set).value(), 0U);
    EXPECT_EQ(file->read_at(5, 1, sink).value(), 1U);
    EXPECT_EQ(read(*file, 3), std::string(3, '\0'));
}

} // namespace
