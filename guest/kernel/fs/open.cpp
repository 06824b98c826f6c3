#include "kernel/fs/file_system.hpp"

namespace kernel::fs {
namespace {

constexpr u32 known_flags = open_access_mode | open_create | open_exclusive | open_no_tty | open_truncate |
                            open_append | open_nonblocking | open_large_file | open_directory | open_no_follow |
                            open_close_on_exec;

Result<OpenMode> mode_of(u32 flags)
{
    if ((flags & ~known_flags) != 0 || (flags & open_access_mode) == open_access_mode)
        return Errno::einval;
    const u32 access = flags & open_access_mode;
    return OpenMode{.read = access != open_write_only, .write = access != 0, .append = (flags & open_append) != 0};
}

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
    const OpenMode mode = TRY(mode_of(flags));
    const Ref<Inode> inode = TRY(find_or_create(start, path, flags, permissions));
    if (inode->is_symlink())
        return Errno::eloop; // open_no_follow
    if (inode->is_directory() ? mode.write || (flags & open_create) != 0 : (flags & open_directory) != 0)
        return inode->is_directory() ? Errno::eisdir : Errno::enotdir;
    if ((flags & open_nonblocking) != 0 && !inode->is_seekable())
        return Errno::eopnotsupp; // its reads would block
    const Ref<Inode> opened = TRY(inode->open());
    if ((flags & open_truncate) != 0 && mode.write && inode->type() == FileType::regular)
        TRY(inode->truncate(0));
    return make_ref<File>(opened, mode);
}

} // namespace kernel::fs
