#include "kernel/fs/file_system.hpp"

namespace kernel::fs {
namespace {

constexpr u32 known_flags =
    lasting_open_flags | open_create | open_exclusive | open_no_tty | open_truncate | open_close_on_exec;

/// The file to open, made if need be.
Result<Ref<Inode>> find_or_create(const Ref<Inode>& start, std::string_view path, u32 flags, u32 permissions)
{
    const bool create = (flags & open_create) != 0;
    const bool keep_link = (flags & open_no_follow) != 0 || (create && (flags & open_exclusive) != 0);
    PathResult found = TRY(walk(root(), start, path, keep_link ? LastLink::keep : LastLink::follow));
    if (found.inode) {
        if (create && (flags & open_exclusive) != 0)
            return Errno::eexist;
        return std::move(found.inode);
    }
    if (!create)
        return Errno::enoent;
    if (found.must_be_directory)
        return Errno::eisdir;
    auto created = found.parent->create_file(found.name, permissions);
    if (!created && created.error() == Errno::eexist && (flags & open_exclusive) == 0)
        return found.parent->lookup(found.name); // another CPU was faster
    return created;
}

} // namespace

Result<Ref<File>> open(const Ref<Inode>& start, std::string_view path, u32 flags, u32 permissions)
{
    if ((flags & (open_temporary & ~open_directory)) != 0)
        return Errno::eopnotsupp;
    flags &= known_flags; // open(2) has always ignored others
    const bool writes = (flags & open_access_mode) != 0;
    const Ref<Inode> inode = TRY(find_or_create(start, path, flags, permissions));
    if (inode->is_symlink() && (flags & open_path) == 0)
        return Errno::eloop; // open_no_follow
    if (inode->is_directory() ? writes || (flags & open_create) != 0 : (flags & open_directory) != 0)
        return inode->is_directory() ? Errno::eisdir : Errno::enotdir;
    auto file = TRY(inode->open(flags));
    if ((flags & open_truncate) != 0 && writes && inode->type() == FileType::regular)
        TRY(inode->truncate(0));
    return file;
}

} // namespace kernel::fs
