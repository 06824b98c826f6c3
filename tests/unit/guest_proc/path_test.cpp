#include "tests/unit/guest_proc/tree.hpp"

#include <string>

namespace {

using kernel::Errno;
using kernel::fs::Inode;
using kernel::fs::keep_last_link;

/// /etc/passwd, /home/user/notes, and links.
class Paths : public test::WithMemory {
protected:
    Paths()
    {
        etc_ = tree_.folder("/etc");
        passwd_ = tree_.file("/etc/passwd");
        home_ = tree_.folder("/home");
        user_ = tree_.folder("/home/user");
        notes_ = tree_.file("/home/user/notes");
        tree_.go_to("/home/user");
    }

    Inode* find(std::string_view path, u32 flags = 0) { return tree_.inode(path, flags); }
    Errno error(std::string_view path, u32 flags = 0) { return tree_.error(path, flags); }

    test::Tree tree_;
    Inode* etc_;
    Inode* passwd_;
    Inode* home_;
    Inode* user_;
    Inode* notes_;
};

TEST_F(Paths, LeadFromTheRootOrFromWhereOneIs)
{
    EXPECT_EQ(find("/etc/passwd"), passwd_);
    EXPECT_EQ(find("notes"), notes_);
    EXPECT_EQ(find("./notes"), notes_);
    EXPECT_EQ(find("../../etc/passwd"), passwd_);
    EXPECT_EQ(find("//etc///passwd"), passwd_);
    EXPECT_EQ(find("/"), &tree_.root().inode());
    EXPECT_EQ(find("."), user_);
    EXPECT_EQ(find(".."), home_);
    EXPECT_EQ(find("/etc/"), etc_);
    EXPECT_EQ(find("/etc/."), etc_);
}

TEST_F(Paths, DoNotLeadOutOfTheRoot)
{
    EXPECT_EQ(find("/../../.."), &tree_.root().inode());
    EXPECT_EQ(find("../../../../../etc"), etc_);
    tree_.change_root("/home");
    EXPECT_EQ(find("/.."), home_);
    EXPECT_EQ(find("../../user/notes"), notes_);
}

TEST_F(Paths, ThatLeadNowhereSayWhy)
{
    EXPECT_EQ(error(""), Errno::enoent);
    EXPECT_EQ(error("nothing"), Errno::enoent);
    EXPECT_EQ(error("nothing/notes"), Errno::enoent);
    EXPECT_EQ(error("notes/below"), Errno::enotdir);
    EXPECT_EQ(error("notes/"), Errno::enotdir);
    EXPECT_EQ(error("notes/."), Errno::enotdir);
    EXPECT_EQ(error("notes/.."), Errno::enotdir);
    EXPECT_EQ(error(std::string(256, 'x')), Errno::enametoolong);
    EXPECT_EQ(error(std::string(256, 'x') + "/y"), Errno::enametoolong);
}

TEST_F(Paths, FollowLinks)
{
    tree_.link("absolute", "/etc/passwd");
    tree_.link("relative", "../../etc");
    tree_.link("chain", "relative");

    EXPECT_EQ(find("absolute"), passwd_);
    EXPECT_EQ(find("relative/passwd"), passwd_);
    EXPECT_EQ(find("chain/passwd"), passwd_);
    EXPECT_EQ(find("chain/"), etc_);
    EXPECT_EQ(find("chain/../home"), home_);
}

TEST_F(Paths, KeepTheLastLinkWhenAsked)
{
    tree_.link("link", "notes");
    tree_.link("folder", "/etc");

    EXPECT_TRUE(find("link", keep_last_link)->is_symlink());
    EXPECT_TRUE(find("folder", keep_last_link)->is_symlink());
    EXPECT_EQ(find("folder/", keep_last_link), etc_);
    EXPECT_EQ(find("folder/passwd", keep_last_link), passwd_);
}

TEST_F(Paths, EndWhereLinksGoInCircles)
{
    tree_.link("self", "self");
    tree_.link("a", "b/x");
    tree_.link("b", "a/x");

    EXPECT_EQ(error("self"), Errno::eloop);
    EXPECT_EQ(error("self/x"), Errno::eloop);
    EXPECT_EQ(error("a"), Errno::eloop);
}

TEST_F(Paths, FollowFortyLinksButNoMore)
{
    for (int i = 0; i < 41; ++i)
        tree_.link("l" + std::to_string(i), i == 0 ? "notes" : "l" + std::to_string(i - 1));

    EXPECT_EQ(find("l39"), notes_);
    EXPECT_EQ(error("l40"), Errno::eloop);
}

TEST_F(Paths, FollowLinksInTheMiddleOfLinks)
{
    std::string deep = "/home";
    for (int i = 0; i < 39; ++i) {
        const std::string name = "/m" + std::to_string(i);
        tree_.link(name, deep + "/.");
        deep = name;
    }

    EXPECT_EQ(find("/m38/user/notes"), notes_);
    tree_.link("/m39", "/m38/.");
    tree_.link("/m40", "/m39/.");
    EXPECT_EQ(find("/m39/user"), user_);
    EXPECT_EQ(error("/m40/user"), Errno::eloop);
}

TEST_F(Paths, ThatDoNotExistYetTellWhereTheyWouldBe)
{
    const auto view = tree_.view();
    kernel::fs::Walk fresh{view, "/etc/fresh/", keep_last_link};

    ASSERT_TRUE(fresh.to_last());
    EXPECT_EQ(&fresh.directory().inode(), etc_);
    EXPECT_EQ(fresh.name(), "fresh");
    EXPECT_TRUE(fresh.has_slash());
    EXPECT_FALSE(fresh.look_up().value());
}

TEST_F(Paths, NeedPermissionToPass)
{
    tree_.folder("/secret", 0700);
    tree_.file("/secret/file");

    tree_.become(1000);

    EXPECT_EQ(error("/secret/file"), Errno::eacces);
    EXPECT_EQ(error("/secret/.."), Errno::eacces);
    EXPECT_NE(find("/secret"), nullptr);
}

TEST_F(Paths, StayWhereTheyAreToldTo)
{
    tree_.link("up", "../..");
    tree_.link("absolute", "/home/user/notes");
    tree_.link("inside", "notes");
    using namespace kernel::fs;

    EXPECT_EQ(error("../user", stay_beneath), Errno::exdev);
    EXPECT_EQ(error("up/home", stay_beneath), Errno::exdev);
    EXPECT_EQ(error("absolute", stay_beneath), Errno::exdev);
    EXPECT_EQ(find("./inside", stay_beneath), notes_);
    EXPECT_EQ(find("../../notes", start_is_root), notes_);
    EXPECT_EQ(error("absolute", start_is_root), Errno::enoent);
    EXPECT_EQ(error("inside", no_links), Errno::eloop);
}

TEST_F(Paths, GoAcrossMounts)
{
    using namespace kernel::fs;
    auto mount = Mount::make(make_root_file_system().release(), "other", 0).release();
    Inode* const other_root = &mount->root()->inode();
    ASSERT_TRUE(tree_.mounts().attach(mount, tree_.find("/etc").release()));
    tree_.file("/etc/inside");

    EXPECT_EQ(find("/etc"), other_root);
    EXPECT_EQ(error("/etc/passwd"), Errno::enoent);
    EXPECT_EQ(find("/etc/.."), &tree_.root().inode());
    EXPECT_EQ(find("/home/../etc/../etc/inside/../.."), nullptr);
    EXPECT_EQ(error("/etc/inside", stay_on_mount), Errno::exdev);
    char room[64];
    EXPECT_EQ(path_text(tree_.find("/etc/inside").value(), tree_.root(), room).value(), "/etc/inside");

    EXPECT_TRUE(tree_.mounts().detach(*mount, false));
    EXPECT_EQ(find("/etc/passwd"), passwd_);
}

TEST_F(Paths, OfDirectoriesCannotBeUnmountedWhileUsed)
{
    using namespace kernel::fs;
    auto mount = Mount::make(make_root_file_system().release(), "other", 0).release();
    ASSERT_TRUE(tree_.mounts().attach(mount, tree_.find("/etc").release()));
    {
        const Path used = tree_.find("/etc").release();
        EXPECT_EQ(tree_.mounts().detach(*mount, false).error(), Errno::ebusy);
    }
    EXPECT_TRUE(tree_.mounts().detach(*mount, false));
    EXPECT_EQ(tree_.mounts().detach(*mount, false).error(), Errno::einval);
}

} // namespace
