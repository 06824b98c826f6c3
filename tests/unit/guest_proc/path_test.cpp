#include "kernel/fs/path.hpp"

#include "kernel/fs/ram_directory.hpp"
#include "kernel/fs/ram_symlink.hpp"
#include "tests/unit/guest_proc/transfers.hpp"

#include <deque>

namespace {

using kernel::Errno;
using kernel::make_ref;
using kernel::Ref;
using kernel::fs::Inode;
using kernel::fs::LastLink;
using kernel::fs::RamDirectory;
using kernel::fs::RamSymlink;

/// /etc/passwd, /home/user/notes, and links.
class Paths : public test::WithMemory {
protected:
    Paths()
    {
        root_ = make_ref<RamDirectory>(0755, nullptr).release();
        etc_ = root_->create_directory("etc", 0755).release();
        passwd_ = etc_->create_file("passwd", 0644).release();
        home_ = root_->create_directory("home", 0755).release();
        user_ = home_->create_directory("user", 0755).release();
        notes_ = user_->create_file("notes", 0644).release();
    }

    void link(const Ref<Inode>& where, std::string_view name, std::string_view target)
    {
        ASSERT_TRUE(where->link(name, make_ref<RamSymlink>(target).release()));
    }
    Inode* find(std::string_view path, LastLink last = LastLink::follow)
    {
        auto found = kernel::fs::resolve(root_, user_, path, last);
        return found ? found.value().get() : nullptr;
    }
    Errno error(std::string_view path)
    {
        auto found = kernel::fs::resolve(root_, user_, path);
        EXPECT_FALSE(found) << path;
        return found ? Errno{} : found.error();
    }

    Ref<Inode> root_;
    Ref<Inode> etc_;
    Ref<Inode> passwd_;
    Ref<Inode> home_;
    Ref<Inode> user_;
    Ref<Inode> notes_;
    std::deque<std::string> names_; ///< for links whose names and targets are made up
};

TEST_F(Paths, LeadFromTheRootOrFromWhereOneIs)
{
    EXPECT_EQ(find("/etc/passwd"), passwd_.get());
    EXPECT_EQ(find("notes"), notes_.get());
    EXPECT_EQ(find("./notes"), notes_.get());
    EXPECT_EQ(find("../../etc/passwd"), passwd_.get());
    EXPECT_EQ(find("//etc///passwd"), passwd_.get());
    EXPECT_EQ(find("/"), root_.get());
    EXPECT_EQ(find("."), user_.get());
    EXPECT_EQ(find(".."), home_.get());
    EXPECT_EQ(find("/etc/"), etc_.get());
    EXPECT_EQ(find("/etc/."), etc_.get());
}

TEST_F(Paths, DoNotLeadOutOfTheRoot)
{
    EXPECT_EQ(find("/../../.."), root_.get());
    EXPECT_EQ(find("../../../../../etc"), etc_.get());
    EXPECT_EQ(kernel::fs::resolve(home_, home_, "/..").value().get(), home_.get());
    EXPECT_EQ(kernel::fs::resolve(home_, user_, "../../user/notes").value().get(), notes_.get());
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
    link(user_, "absolute", "/etc/passwd");
    link(user_, "relative", "../../etc");
    link(user_, "chain", "relative");

    EXPECT_EQ(find("absolute"), passwd_.get());
    EXPECT_EQ(find("relative/passwd"), passwd_.get());
    EXPECT_EQ(find("chain/passwd"), passwd_.get());
    EXPECT_EQ(find("chain/"), etc_.get());
    EXPECT_EQ(find("chain/../home"), home_.get());
}

TEST_F(Paths, KeepTheLastLinkWhenAsked)
{
    link(user_, "link", "notes");
    link(user_, "folder", "/etc");

    EXPECT_TRUE(find("link", LastLink::keep)->is_symlink());
    EXPECT_TRUE(find("folder", LastLink::keep)->is_symlink());
    EXPECT_EQ(find("folder/", LastLink::keep), etc_.get());
    EXPECT_EQ(find("folder/passwd", LastLink::keep), passwd_.get());
}

TEST_F(Paths, EndWhereLinksGoInCircles)
{
    link(user_, "self", "self");
    link(user_, "a", "b/x");
    link(user_, "b", "a/x");

    EXPECT_EQ(error("self"), Errno::eloop);
    EXPECT_EQ(error("self/x"), Errno::eloop);
    EXPECT_EQ(error("a"), Errno::eloop);
}

TEST_F(Paths, FollowFortyLinksButNoMore)
{
    for (int i = 0; i < 41; ++i) {
        names_.push_back("l" + std::to_string(i));
        names_.push_back(i == 0 ? "notes" : "l" + std::to_string(i - 1));
        link(user_, names_[names_.size() - 2], names_.back());
    }

    EXPECT_EQ(find("l39"), notes_.get());
    EXPECT_EQ(error("l40"), Errno::eloop);
}

TEST_F(Paths, ThatDoNotExistYetTellWhereTheyWouldBe)
{
    link(user_, "dangling", "../fresh");

    const auto fresh = kernel::fs::walk(root_, user_, "/etc/fresh").release();
    const auto folder = kernel::fs::walk(root_, user_, "/etc/fresh/").release();
    const auto through_link = kernel::fs::walk(root_, user_, "dangling").release();

    EXPECT_FALSE(fresh.inode);
    EXPECT_EQ(fresh.parent.get(), etc_.get());
    EXPECT_EQ(fresh.name, "fresh");
    EXPECT_TRUE(folder.must_be_directory);
    EXPECT_EQ(through_link.parent.get(), home_.get());
    EXPECT_EQ(through_link.name, "fresh");
}

} // namespace
