// mount(2) and umount2(2).
#include "kernel/mm/heap.hpp"
#include "kernel/syscall/paths.hpp"
#include "kernel/syscall/syscalls.hpp"

namespace kernel::syscall {
namespace {

enum UnmountFlag : u32 { unmount_force = 1, unmount_lazily = 2, unmount_expired = 4, unmount_no_follow = 8 };

/// The flags that a mount keeps; access times are relative unless something else is said.
u32 kept_flags(u32 flags)
{
    if ((flags & (fs::mount_no_access_time | fs::mount_strict_access_time)) == 0)
        flags |= fs::mount_relative_access_time;
    return flags & fs::lasting_mount_flags;
}

bool is_root_of_mount(const fs::Path& path) { return path.dentry.get() == path.mount->root().get(); }

SyscallResult remount(const fs::Path& place, u32 flags, std::string_view options)
{
    if (!is_root_of_mount(place))
        return Errno::einval;
    if ((flags & fs::mount_bind) == 0) {
        fs::SuperBlock& super_block = place.mount->super_block();
        TRY(super_block.change_options(options));
        super_block.set_read_only((flags & fs::mount_read_only) != 0);
        flags &= ~u32{fs::mount_read_only};
    }
    place.mount->set_flags(kept_flags(flags));
    return 0;
}

/// The directory or file at `source`, once more at `place`.
SyscallResult bind(UserString source, const fs::Path& place)
{
    const auto from = TRY(make_box<UserPath>());
    TRY(from->read(here, source));
    const fs::Path bound = TRY(from->find());
    if (bound.inode().is_directory() != place.inode().is_directory())
        return Errno::enotdir;
    auto mount = TRY(fs::Mount::make(bound.dentry, bound.mount->source(), bound.mount->flags()));
    TRY(fs::first_namespace().attach(std::move(mount), place));
    return 0;
}

SyscallResult move(UserString source, const fs::Path& place)
{
    const auto from = TRY(make_box<UserPath>());
    TRY(from->read(here, source));
    const fs::Path moved = TRY(from->find());
    if (!is_root_of_mount(moved) || moved.inode().is_directory() != place.inode().is_directory())
        return Errno::einval;
    TRY(fs::first_namespace().move(*moved.mount, place));
    return 0;
}

SyscallResult mount_new(UserString source, UserString type_name, const fs::Path& place, u32 flags,
                        std::string_view options)
{
    if (type_name.is_null())
        return Errno::einval;
    const auto room = TRY(make_box<PathRoom>());
    const auto* const type = fs::find_file_system_type(TRY(type_name.copy_to(room->characters)));
    if (type == nullptr)
        return Errno::enodev;
    if (!place.inode().is_directory())
        return Errno::enotdir;
    const std::string_view name = source.is_null() ? "none" : TRY(source.copy_to(room->characters));
    auto root = TRY(type->mount(*type, name, options));
    auto mount = TRY(fs::Mount::make(std::move(root), name, kept_flags(flags)));
    TRY(fs::first_namespace().attach(std::move(mount), place));
    return 0;
}

} // namespace

SyscallResult sys_mount(UserString source, UserString target, UserString type, u64 all_flags, UserString data)
{
    constexpr u32 propagation = fs::mount_unbindable | fs::mount_slave | fs::mount_shared;
    auto flags = static_cast<u32>(all_flags);
    if ((flags & 0xffff'0000) == 0xc0ed'0000) // what mount(8) once had to say
        flags &= 0xffff;
    if (!capable(Capability::sys_admin))
        return Errno::eperm;
    const auto options_room = TRY(make_box<PathRoom>());
    const std::string_view options = data.is_null() ? std::string_view{} : TRY(data.copy_to(options_room->characters));
    const auto to = TRY(make_box<UserPath>());
    TRY(to->read(here, target));
    const fs::Path place = TRY(to->find());
    if ((flags & fs::mount_remount) != 0)
        return remount(place, flags, options);
    if ((flags & fs::mount_bind) != 0)
        return bind(source, place);
    if ((flags & propagation) != 0)
        return Errno::einval;
    if ((flags & fs::mount_private) != 0) // as all are
        return is_root_of_mount(place) ? SyscallResult{0} : Errno::einval;
    if ((flags & fs::mount_move) != 0)
        return move(source, place);
    return mount_new(source, type, place, flags, options);
}

SyscallResult sys_umount2(UserString target, u32 flags)
{
    constexpr u32 known = unmount_force | unmount_lazily | unmount_expired | unmount_no_follow;
    if ((flags & ~known) != 0)
        return Errno::einval;
    if (!capable(Capability::sys_admin))
        return Errno::eperm;
    UserPath where;
    TRY(where.read(here, target));
    const fs::Path place = TRY(where.find((flags & unmount_no_follow) != 0 ? fs::keep_last_link : 0U));
    if (!is_root_of_mount(place))
        return Errno::einval;
    if ((flags & unmount_expired) != 0)
        return Errno::einval; // nothing expires here
    TRY(fs::first_namespace().detach(*place.mount, (flags & unmount_lazily) != 0));
    return 0;
}

} // namespace kernel::syscall
