#include "guest_fixture.hpp"
#include "temporary_folder.hpp"

#include "abi/boot_info.hpp"
#include "vmm/boot/cpio.hpp"

#include <gmock/gmock.h>

#include <map>
#include <sys/stat.h>

namespace vitrine::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

struct Entry {
    std::uint32_t mode;
    std::string data;
    std::uint64_t data_offset;
};

/// The archive's entries in order, by name.
std::vector<std::pair<std::string, Entry>> entries_of(const Image& archive)
{
    const ImageView view = view_of(archive);
    CpioReader reader{view};
    std::vector<std::pair<std::string, Entry>> entries;
    while (const auto entry = reader.next())
        entries.emplace_back(entry->name, Entry{entry->mode,
                                                {reinterpret_cast<const char*>(entry->data.data()), entry->data.size()},
                                                entry->data_offset});
    return entries;
}

std::map<std::string, Entry> by_name(const Image& archive)
{
    const auto entries = entries_of(archive);
    return {entries.begin(), entries.end()};
}

std::vector<std::string> names_of(const Image& archive)
{
    std::vector<std::string> names;
    for (const auto& [name, entry] : entries_of(archive))
        names.push_back(name);
    return names;
}

Image pack(const std::vector<InitramfsEntry>& entries) { return pack_initramfs(entries); }

TEST(PackInitramfs, PutsAFileWhereItIsToldAndAddsTheFoldersAbove)
{
    const TemporaryFolder folder;
    const auto file = folder.write("program", "#!/bin/sh\n");
    ::chmod(file.c_str(), 0751);

    const Image archive = pack({{file, "/usr/bin/program"}});

    EXPECT_THAT(names_of(archive), ElementsAre("dev", "dev/console", "usr", "usr/bin", "usr/bin/program"));
    const auto entries = by_name(archive);
    EXPECT_EQ(entries.at("usr/bin/program").mode, S_IFREG | 0751U);
    EXPECT_EQ(entries.at("usr/bin/program").data, "#!/bin/sh\n");
    EXPECT_EQ(entries.at("usr/bin").mode, S_IFDIR | 0755U);
    EXPECT_EQ(entries.at("dev/console").mode, S_IFCHR | 0600U);
}

TEST(PackInitramfs, TakesFoldersWithAllThatIsInThem)
{
    const TemporaryFolder folder;
    folder.write("root/etc/motd", "hello");
    folder.write("root/bin/sh", "shell");
    std::filesystem::create_symlink("sh", folder.path() / "root/bin/ash");

    const Image archive = pack({{folder.path() / "root", "/"}});

    EXPECT_THAT(names_of(archive), ElementsAre("bin", "bin/ash", "bin/sh", "dev", "dev/console", "etc", "etc/motd"));
    const auto entries = by_name(archive);
    EXPECT_EQ(entries.at("bin/ash").mode, S_IFLNK | 0777U);
    EXPECT_EQ(entries.at("bin/ash").data, "sh");
}

TEST(PackInitramfs, GivesTheSameBytesForTheSameFiles)
{
    const TemporaryFolder folder;
    const auto a = folder.write("a", "A");
    const auto b = folder.write("b", "B");

    const Image first = pack({{a, "/a"}, {b, "/b"}});
    std::filesystem::last_write_time(a, std::filesystem::file_time_type::clock::now() + std::chrono::hours{1});

    EXPECT_EQ(pack({{b, "/b"}, {a, "/a"}}), first);
}

TEST(PackInitramfs, StartsTheDataOfLargeFilesOnAPage)
{
    const TemporaryFolder folder;
    const auto small = folder.write("small", std::string(100, 's'));
    const auto large = folder.write("large", std::string(5000, 'l'));

    const auto entries = by_name(pack({{small, "/small"}, {large, "/large"}, {large, "/second/large"}}));

    EXPECT_EQ(entries.at("large").data_offset % 4096, 0U);
    EXPECT_EQ(entries.at("second/large").data_offset % 4096, 0U);
    EXPECT_EQ(entries.at("large").data, std::string(5000, 'l'));
    EXPECT_NE(entries.at("small").data_offset % 4096, 0U);
}

TEST(PackInitramfs, IsReadBackByCpio)
{
    const TemporaryFolder folder;
    const auto large = folder.write("large", std::string(5000, 'l'));
    const Image archive = pack({{large, "/some/large"}, {large, "/init"}});
    const auto file = folder.write("a.cpio", {reinterpret_cast<const char*>(archive.data()), archive.size()});
    if (std::system("command -v cpio >/dev/null") != 0)
        GTEST_SKIP() << "no cpio on this machine";

    const std::string command = "cd " + folder.path().string() + " && cpio -id --quiet some/large init <" +
                                file.string() + " && cmp large some/large && cmp large init";

    EXPECT_EQ(std::system(command.c_str()), 0);
}

TEST(PackInitramfs, LetsALaterEntryReplaceAnEarlierOne)
{
    const TemporaryFolder folder;

    const Image archive = pack({{folder.write("a", "first"), "/init"}, {folder.write("b", "second"), "/init"}});

    EXPECT_EQ(by_name(archive).at("init").data, "second");
}

TEST(PackInitramfs, RefusesWhatCannotBePacked)
{
    const TemporaryFolder folder;
    const auto file = folder.write("file", "x");

    EXPECT_THAT(image_error([&] { pack({{folder.path() / "none", "/init"}}); }), HasSubstr("No such file"));
    EXPECT_THAT(image_error([&] { pack({{file, "/../init"}, {file, "../../x"}}); }), HasSubstr("outside the root"));
    EXPECT_THAT(image_error([&] { pack({{file, "/"}}); }), HasSubstr("give it a name there"));
    EXPECT_THAT(image_error([&] { pack({{"/dev/null", "/init"}}); }), HasSubstr("neither file, folder nor"));
    EXPECT_THAT(image_error([&] { pack({{file, "/a"}, {file, "/a/b"}}); }), HasSubstr("where a folder is needed"));
}

TEST(CheckCpio, RefusesEveryTruncation)
{
    const Image whole = make_cpio();
    EXPECT_NO_THROW(check_cpio(view_of(whole)));

    for (std::size_t length = 1; length < whole.size() - 3; ++length) {
        const Image part(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(length));
        EXPECT_THROW(check_cpio(view_of(part)), ImageError) << length;
    }
}

TEST(CheckCpio, SaysWhatIsWrong)
{
    const auto error_for = [](const Image& image) { return image_error([&] { check_cpio(view_of(image)); }); };
    Image digits = make_cpio();
    patch(digits, 20, 'x');
    Image name_size = make_cpio();
    patch(name_size, 94, std::array<char, 8>{'f', 'f', 'f', 'f', 'f', 'f', 'f', 'f'});
    Image no_end = make_cpio();
    patch(no_end, 113, 'x');

    EXPECT_THAT(error_for(bytes_of("\x1f\x8b\x08 and so on")), HasSubstr("the initramfs is compressed with gzip"));
    EXPECT_THAT(error_for(Image(200, std::byte{'0'})), HasSubstr("cpio -o -H newc"));
    EXPECT_THAT(error_for(digits), HasSubstr("not hexadecimal"));
    EXPECT_THAT(error_for(name_size), HasSubstr("whose name has 4294967295 bytes"));
    EXPECT_THAT(error_for(no_end), HasSubstr("whose name does not end"));
}

TEST(Initramfs, IsPackedStraightIntoGuestMemory)
{
    const TemporaryFolder folder;
    GuestFixture guest;
    const std::vector<InitramfsEntry> entries{{folder.write("init", std::string(5000, 'i')), "/init"}};
    guest.config.initramfs = entries;

    const LoadedGuest loaded = guest.load(make_vitrine_kernel());

    const auto info = guest.memory.read<abi::BootInfo>(GuestAddress{loaded.entry.rsi});
    const Image expected = pack_initramfs(entries);
    EXPECT_EQ(guest.text_at(info.initramfs.address, info.initramfs.count),
              std::string(reinterpret_cast<const char*>(expected.data()), expected.size()));
    EXPECT_EQ(type_at(loaded.memory_map, info.initramfs.address), abi::MemoryType::initramfs);
}

TEST(Initramfs, ThatIsCompressedIsRefusedForOurKernel)
{
    const TemporaryFolder folder;
    GuestFixture guest;
    guest.config.initramfs = folder.write("initramfs.gz", "\x1f\x8b\x08 and so on");

    EXPECT_THAT(image_error([&] { guest.load(make_vitrine_kernel()); }), HasSubstr("gzip -d"));
}

} // namespace
} // namespace vitrine::test
