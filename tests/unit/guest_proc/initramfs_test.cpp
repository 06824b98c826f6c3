#include "kernel/fs/initramfs.hpp"

#include "tests/unit/guest_proc/archive.hpp"
#include "tests/unit/guest_proc/tree.hpp"

namespace {

using kernel::Errno;
using kernel::Ref;
using kernel::fs::FileType;
using kernel::fs::Inode;
using test::Archive;

class Initramfs : public test::WithMemory {
protected:
    void unpack() { kernel::fs::unpack_initramfs(tree_.root(), archive_.bytes()); }
    kernel::Result<Ref<Inode>> find(std::string_view path)
    {
        const auto found = tree_.find(path, kernel::fs::keep_last_link);
        if (!found)
            return found.error();
        return found.value().dentry->inode_reference();
    }

    Archive archive_;
    test::Tree tree_;
};

TEST_F(Initramfs, MakesFilesFoldersLinksAndDevices)
{
    archive_.folder(".")
        .folder("bin")
        .add({.name = "bin/program", .data = "code", .mode = 0100755})
        .add({.name = "link", .data = "bin/program", .mode = 0120777})
        .add({.name = "node", .mode = 0020600, .device_major = 1, .device_minor = 3})
        .end();

    unpack();

    const auto program = find("/bin/program").release();
    EXPECT_EQ(program->mode(), 0100755U);
    EXPECT_EQ(test::read(*program, 0, 100), "code");
    EXPECT_EQ(find("/link").value()->link_target().value(), "bin/program");
    EXPECT_EQ(find("/node").value()->type(), FileType::character_device);
    EXPECT_TRUE(find("/node").value()->open(0));
}

TEST_F(Initramfs, TakesNamesWithASlashInFrontAndBehind)
{
    archive_.folder("/etc/").add({.name = "./etc/a", .data = "a"}).add({.name = "/etc/b", .data = "b"}).end();

    unpack();

    EXPECT_TRUE(find("/etc/a"));
    EXPECT_TRUE(find("/etc/b"));
}

TEST_F(Initramfs, GivesHardLinksOneFile)
{
    archive_.add({.name = "first", .inode = 5, .links = 2})
        .add({.name = "other", .data = "other", .inode = 6, .links = 2})
        .add({.name = "second", .data = "shared", .inode = 5, .links = 2})
        .end();

    unpack();

    EXPECT_EQ(find("/first").value().get(), find("/second").value().get());
    EXPECT_EQ(test::read(*find("/first").value(), 0, 100), "shared");
    EXPECT_EQ(test::read(*find("/other").value(), 0, 100), "other");
    EXPECT_EQ(find("/first").value()->link_count(), 2U);
    EXPECT_EQ(find("/other").value()->link_count(), 1U);
}

TEST_F(Initramfs, SkipsWhatHasNoFolder)
{
    archive_.add({.name = "missing/file", .data = "x"}).add({.name = "present", .data = "y"}).end();

    unpack();

    EXPECT_EQ(find("/missing").error(), Errno::enoent);
    EXPECT_TRUE(find("/present"));
    EXPECT_NE(fake::console_output().find("missing/file"), std::string::npos);
}

TEST_F(Initramfs, StaysWithinTheRoot)
{
    archive_.folder("a").add({.name = "../../up", .data = "x"}).add({.name = "a/..", .data = "y"}).end();

    unpack();

    EXPECT_TRUE(find("/up"));
    EXPECT_TRUE(find("/a").value()->is_directory());
}

TEST_F(Initramfs, KeepsWhatCameBeforeTheDamage)
{
    archive_.add({.name = "good", .data = "x"});
    archive_.text() += "garbage that is longer than a header would be, so that it is read as one and refused for what "
                       "it is: text, not a number";

    unpack();

    EXPECT_TRUE(find("/good"));
    EXPECT_NE(fake::console_output().find("initramfs: damaged at byte"), std::string::npos);
}

} // namespace
