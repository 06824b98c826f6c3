#pragma once

#include "kernel/fs/file_system.hpp"
#include "kernel/fs/ram_directory.hpp"
#include "kernel/fs/tmpfs.hpp"
#include "tests/unit/guest_proc/transfers.hpp"

namespace test {

/// A tree of files with nothing in it, and somebody who walks it.
class Tree {
public:
    Tree()
    {
        auto mount = kernel::fs::Mount::make(kernel::fs::make_root_file_system().release(), "root", 0).release();
        root_ = {mount, mount->root()};
        here_ = root_;
        mounts_ = kernel::fs::MountNamespace::make(std::move(mount)).release();
    }

    kernel::fs::View view() const { return {root_, here_, who_}; }
    const kernel::fs::Path& root() const { return root_; }
    kernel::fs::MountNamespace& mounts() { return *mounts_; }
    /// Relative paths begin there.
    void go_to(std::string_view path) { here_ = kernel::fs::find(view(), path).release(); }
    /// The view's root is there.
    void change_root(std::string_view path) { root_ = kernel::fs::find(view(), path).release(); }
    void become(u32 uid)
    {
        who_.fsuid = who_.fsgid = uid;
        who_.effective = uid == 0 ? kernel::all_capabilities : kernel::CapabilitySet{};
    }

    kernel::Result<kernel::fs::Path> find(std::string_view path, u32 flags = 0) const
    {
        return kernel::fs::find(view(), path, flags);
    }
    kernel::fs::Inode* inode(std::string_view path, u32 flags = 0) const
    {
        auto found = find(path, flags);
        return found ? &found.value().inode() : nullptr;
    }
    /// Why a path leads nowhere; Errno{} when it does not.
    kernel::Errno error(std::string_view path, u32 flags = 0) const
    {
        const auto found = find(path, flags);
        return found ? kernel::Errno{} : found.error();
    }
    kernel::fs::Inode* make(std::string_view path, const kernel::fs::NewInode& what)
    {
        auto made = kernel::fs::make_node(view(), path, what);
        EXPECT_TRUE(made) << path;
        return made ? &made.value().inode() : nullptr;
    }
    kernel::fs::Inode* file(std::string_view path, u32 permissions = 0644)
    {
        return make(path, {.type = kernel::fs::FileType::regular, .permissions = permissions});
    }
    kernel::fs::Inode* folder(std::string_view path, u32 permissions = 0755)
    {
        return make(path, {.type = kernel::fs::FileType::directory, .permissions = permissions});
    }
    kernel::fs::Inode* link(std::string_view path, std::string_view target)
    {
        return make(path, {.type = kernel::fs::FileType::symlink, .permissions = 0777, .target = target});
    }

private:
    kernel::Credentials who_;
    kernel::fs::Path root_;
    kernel::fs::Path here_;
    kernel::Ref<kernel::fs::MountNamespace> mounts_;
};

} // namespace test
