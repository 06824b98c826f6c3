// Calls that make, remove and change names.
#include "kernel/fs/names.hpp"

#include "kernel/mm/heap.hpp"
#include "kernel/proc/process.hpp"
#include "kernel/syscall/paths.hpp"
#include "kernel/syscall/syscalls.hpp"

namespace kernel::syscall {
namespace {

u32 without_umask(u32 permissions) { return permissions & fs::permission_mask & ~Process::current().context().umask(); }

/// EINVAL for a type that mknod(2) does not make, EPERM for one that it makes for others only.
Result<fs::FileType> checked_node_type(u32 mode)
{
    const auto type = static_cast<fs::FileType>(mode & fs::file_type_mask);
    switch (type) {
    case fs::FileType::none: return fs::FileType::regular;
    case fs::FileType::regular:
    case fs::FileType::fifo:
    case fs::FileType::socket: return type;
    case fs::FileType::character_device:
    case fs::FileType::block_device:
        if (!capable(Capability::mknod))
            return Errno::eperm;
        return type;
    case fs::FileType::directory: return Errno::eperm;
    default: return Errno::einval;
    }
}

} // namespace

SyscallResult sys_mkdirat(Descriptor directory, UserString path, u32 mode)
{
    UserPath where;
    TRY(where.read(directory, path));
    const u32 permissions = without_umask(mode & (0777U | fs::sticky));
    TRY(fs::make_node(where.view(), where.text(), {.type = fs::FileType::directory, .permissions = permissions}));
    return 0;
}

SyscallResult sys_mkdir(UserString path, u32 mode) { return sys_mkdirat(here, path, mode); }

SyscallResult sys_mknodat(Descriptor directory, UserString path, u32 mode, u32 device)
{
    const fs::FileType type = TRY(checked_node_type(mode));
    UserPath where;
    TRY(where.read(directory, path));
    TRY(fs::make_node(where.view(), where.text(),
                      {.type = type, .permissions = without_umask(mode), .device = fs::DeviceNumber::decoded(device)}));
    return 0;
}

SyscallResult sys_mknod(UserString path, u32 mode, u32 device) { return sys_mknodat(here, path, mode, device); }

SyscallResult sys_symlinkat(UserString target, Descriptor directory, UserString path)
{
    const auto room = TRY(make_box<PathRoom>());
    const auto text = TRY(target.copy_to(room->characters));
    if (text.empty())
        return Errno::enoent;
    UserPath where;
    TRY(where.read(directory, path));
    TRY(fs::make_node(where.view(), where.text(),
                      {.type = fs::FileType::symlink, .permissions = 0777, .target = text}));
    return 0;
}

SyscallResult sys_symlink(UserString target, UserString path) { return sys_symlinkat(target, here, path); }

SyscallResult sys_linkat(Descriptor old_directory, UserString old_path, Descriptor new_directory, UserString new_path,
                         u32 flags)
{
    if ((flags & ~(at_symlink_follow | at_empty_path)) != 0)
        return Errno::einval;
    if ((flags & at_empty_path) != 0 && !capable(Capability::dac_read_search))
        return Errno::enoent;
    u32 walk_flags = walk_flags_of(flags & at_empty_path);
    if ((flags & at_symlink_follow) == 0)
        walk_flags |= fs::keep_last_link;
    const auto from = TRY(make_box<UserPath>());
    TRY(from->read(old_directory, old_path, walk_flags));
    const fs::Path file = TRY(from->find(walk_flags));
    UserPath to;
    TRY(to.read(new_directory, new_path));
    TRY(fs::link(file, to.view(), to.text()));
    return 0;
}

SyscallResult sys_link(UserString old_path, UserString new_path)
{
    return sys_linkat(here, old_path, here, new_path, 0);
}

SyscallResult sys_unlinkat(Descriptor directory, UserString path, u32 flags)
{
    if ((flags & ~at_remove_directory) != 0)
        return Errno::einval;
    UserPath where;
    TRY(where.read(directory, path));
    TRY((flags & at_remove_directory) != 0 ? fs::remove_directory(where.view(), where.text())
                                           : fs::unlink(where.view(), where.text()));
    return 0;
}

SyscallResult sys_unlink(UserString path) { return sys_unlinkat(here, path, 0); }
SyscallResult sys_rmdir(UserString path) { return sys_unlinkat(here, path, at_remove_directory); }

SyscallResult sys_renameat2(Descriptor old_directory, UserString old_path, Descriptor new_directory,
                            UserString new_path, u32 flags)
{
    const auto from = TRY(make_box<UserPath>());
    TRY(from->read(old_directory, old_path));
    UserPath to;
    TRY(to.read(new_directory, new_path));
    TRY(fs::rename(from->view(), from->text(), to.view(), to.text(), flags));
    return 0;
}

SyscallResult sys_renameat(Descriptor old_directory, UserString old_path, Descriptor new_directory, UserString new_path)
{
    return sys_renameat2(old_directory, old_path, new_directory, new_path, 0);
}

SyscallResult sys_rename(UserString old_path, UserString new_path)
{
    return sys_renameat2(here, old_path, here, new_path, 0);
}

} // namespace kernel::syscall
