#include "kernel/fs/file.hpp"

#include "kernel/fs/device.hpp"
#include "kernel/fs/ram_file.hpp"
#include "tests/unit/guest_proc/transfers.hpp"

namespace {

using kernel::Errno;
using kernel::make_ref;
using kernel::fs::File;
using kernel::fs::RamFile;
using kernel::fs::Whence;

using OpenFiles = test::WithMemory;

kernel::Ref<File> open_file(kernel::fs::OpenMode mode)
{
    return make_ref<File>(make_ref<RamFile>(0644).release(), mode).release();
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
    const auto file = open_file({.read = true, .write = true});

    EXPECT_EQ(write(*file, "one two"), 7U);
    EXPECT_EQ(read(*file, 10), "");
    EXPECT_EQ(file->seek(0, Whence::set).value(), 0U);
    EXPECT_EQ(read(*file, 4), "one ");
    EXPECT_EQ(read(*file, 10), "two");
}

TEST_F(OpenFiles, SeekFromAnywhereButNotBeforeTheBeginning)
{
    const auto file = open_file({.read = true, .write = true});
    write(*file, "0123456789");

    EXPECT_EQ(file->seek(-3, Whence::end).value(), 7U);
    EXPECT_EQ(file->seek(-2, Whence::current).value(), 5U);
    EXPECT_EQ(file->seek(100, Whence::end).value(), 110U);
    EXPECT_EQ(file->seek(-1, Whence::set).error(), Errno::einval);
    EXPECT_EQ(file->seek(-111, Whence::current).error(), Errno::einval);
    EXPECT_EQ(file->seek(0x7fffffffffffffff, Whence::current).error(), Errno::eoverflow);
    EXPECT_EQ(file->seek(0, static_cast<Whence>(9)).error(), Errno::einval);
    EXPECT_EQ(file->seek(0, Whence::current).value(), 110U);
}

TEST_F(OpenFiles, AppendWhereverTheyAre)
{
    const auto file = open_file({.read = true, .write = true, .append = true});
    write(*file, "first");
    ASSERT_TRUE(file->seek(0, Whence::set));

    write(*file, " second");

    ASSERT_TRUE(file->seek(0, Whence::set));
    EXPECT_EQ(read(*file, 100), "first second");
}

TEST_F(OpenFiles, DoOnlyWhatTheyAreOpenFor)
{
    const auto reader = open_file({.read = true});
    const auto writer = open_file({.write = true});
    test::TextSink sink;
    test::TextSource source{"x"};

    EXPECT_EQ(reader->write(1, source).error(), Errno::ebadf);
    EXPECT_EQ(reader->write_at(0, 1, source).error(), Errno::ebadf);
    EXPECT_EQ(writer->read(1, sink).error(), Errno::ebadf);
    EXPECT_EQ(writer->read_at(0, 1, sink).error(), Errno::ebadf);
}

TEST_F(OpenFiles, OfDevicesHaveNoOffset)
{
    const auto node =
        make_ref<kernel::fs::DeviceNode>(kernel::fs::FileType::character_device, 0666, kernel::fs::DeviceNumber{1, 5})
            .release();
    const auto file = make_ref<File>(node, kernel::fs::OpenMode{.read = true}).release();
    test::TextSink sink;

    EXPECT_EQ(file->seek(0, Whence::set).error(), Errno::espipe);
    EXPECT_EQ(file->read_at(0, 1, sink).error(), Errno::espipe);
    EXPECT_EQ(read(*file, 3), std::string(3, '\0'));
}

} // namespace
