#include "kernel/fs/cpio.hpp"
#include "tests/unit/guest_proc/archive.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace {

using kernel::Errno;
using kernel::fs::CpioEntry;
using kernel::fs::CpioReader;
using test::Archive;
using test::text_of;

/// Reads to the end; how it ended.
bool read_all(std::span<const std::byte> bytes, std::vector<CpioEntry>& entries)
{
    CpioReader reader{bytes};
    CpioEntry entry;
    for (;;) {
        const auto more = reader.next(entry);
        if (!more)
            return false;
        if (!more.value())
            return true;
        entries.push_back(entry);
    }
}

Errno error_of(const std::string& text)
{
    CpioReader reader{std::as_bytes(std::span{text})};
    CpioEntry entry;
    for (;;) {
        const auto more = reader.next(entry);
        if (!more)
            return more.error();
        if (!more.value())
            return Errno{};
    }
}

TEST(CpioReader, GivesEachMemberWithItsDataInPlace)
{
    Archive archive;
    archive.folder("bin").add({.name = "bin/sh", .data = "program", .mode = 0100755, .inode = 7, .links = 3}).end();

    std::vector<CpioEntry> entries;
    ASSERT_TRUE(read_all(archive.bytes(), entries));

    ASSERT_EQ(entries.size(), 2U);
    EXPECT_EQ(entries[0].name, "bin");
    EXPECT_EQ(entries[0].mode, 0040755U);
    EXPECT_TRUE(entries[0].data.empty());
    EXPECT_EQ(entries[1].name, "bin/sh");
    EXPECT_EQ(text_of(entries[1].data), "program");
    EXPECT_EQ(entries[1].inode, 7U);
    EXPECT_EQ(entries[1].link_count, 3U);
    EXPECT_GE(entries[1].data.data(), archive.bytes().data());
    EXPECT_LT(entries[1].data.data(), archive.bytes().data() + archive.bytes().size());
}

TEST(CpioReader, ReadsArchivesThatFollowOneAnother)
{
    Archive archive;
    archive.add({.name = "a"}).end();
    archive.text().append(512, '\0');
    archive.add({.name = "b"}).end();
    archive.text().append(3, '\0');

    std::vector<CpioEntry> entries;
    ASSERT_TRUE(read_all(archive.bytes(), entries));

    ASSERT_EQ(entries.size(), 2U);
    EXPECT_EQ(entries[1].name, "b");
}

TEST(CpioReader, EndsANameAtItsFirstNul)
{
    Archive archive;
    archive.add({.name = "aligned", .data = "x", .name_padding = 4000}).end();

    std::vector<CpioEntry> entries;
    ASSERT_TRUE(read_all(archive.bytes(), entries));

    EXPECT_EQ(entries[0].name, "aligned");
    EXPECT_EQ(text_of(entries[0].data), "x");
}

TEST(CpioReader, HasNothingToGiveOutOfNothing)
{
    std::vector<CpioEntry> entries;
    EXPECT_TRUE(read_all({}, entries));
    EXPECT_TRUE(entries.empty());
}

TEST(CpioReader, RefusesWhatIsNoArchive)
{
    EXPECT_EQ(error_of(std::string(200, 'x')), Errno::einval);
    EXPECT_EQ(error_of("\x1f\x8b compressed"), Errno::einval);
}

TEST(CpioReader, RefusesAnArchiveCutOffAnywhere)
{
    Archive archive;
    archive.add({.name = "file", .data = "12345678"});
    const std::string whole = archive.text();

    for (std::size_t size = 1; size < whole.size(); ++size)
        EXPECT_EQ(error_of(whole.substr(0, size)), Errno::einval) << size;
}

TEST(CpioReader, RefusesSizesThatReachPastTheEnd)
{
    constexpr std::size_t file_size_at = 6 + 8 * 6;
    constexpr std::size_t name_size_at = 6 + 8 * 11;
    for (const std::size_t field : {file_size_at, name_size_at})
        for (const std::string_view value : {"ffffffff", "fffffff0", "80000000", "00001000"}) {
            Archive archive;
            archive.add({.name = "file", .data = "1234"}).end();
            archive.text().replace(field, 8, value);
            EXPECT_EQ(error_of(archive.text()), Errno::einval) << field << ' ' << value;
        }
}

TEST(CpioReader, RefusesFieldsThatAreNoNumbers)
{
    Archive archive;
    archive.add({.name = "file"});
    for (std::size_t field = 0; field < 13; ++field) {
        if (field != 0 && field != 1 && field != 4 && field != 6 && field != 9 && field != 10 && field != 11)
            continue;
        for (const char wrong : {'g', 'G', '/', ':', '@', '`', ' ', '\0', '\x10', '\x90', '\xb0', '\xff'}) {
            std::string text = archive.text();
            text[6 + 8 * field + 3] = wrong;
            EXPECT_EQ(error_of(text), Errno::einval) << field << " " << int{wrong};
        }
    }
}

TEST(CpioReader, ReadsNumbersInEitherCase)
{
    Archive archive;
    archive.add({.name = "file"}).end();
    for (const std::string_view digits : {"01234567", "89abcdef", "89ABCDEF", "fFfFfFfF"}) {
        archive.text().replace(6, 8, digits);
        std::vector<CpioEntry> entries;
        ASSERT_TRUE(read_all(archive.bytes(), entries));
        EXPECT_EQ(entries[0].inode, std::stoul(std::string{digits}, nullptr, 16));
    }
}

TEST(CpioReader, RefusesANameThatDoesNotEnd)
{
    Archive archive;
    archive.add({.name = "file"}).end();
    archive.text()[110 + 4] = 'x';

    EXPECT_EQ(error_of(archive.text()), Errno::einval);
}

TEST(CpioReader, TellsWhereAnArchiveIsDamaged)
{
    Archive archive;
    archive.add({.name = "good"});
    const std::size_t good = archive.text().size();
    archive.text() += std::string(200, '!');

    CpioReader reader{archive.bytes()};
    CpioEntry entry;
    ASSERT_TRUE(reader.next(entry).value());
    ASSERT_FALSE(reader.next(entry));

    EXPECT_EQ(reader.offset(), good);
    EXPECT_EQ(reader.problem(), "not a newc header");
}

} // namespace
