// stat(2) and its relatives.
#include "kernel/proc/process.hpp"
#include "kernel/syscall/file_types.hpp"
#include "kernel/syscall/paths.hpp"
#include "kernel/syscall/syscalls.hpp"

#include <algorithm>

namespace kernel::syscall {
namespace {

constexpr u32 statx_basic = 0x7ff;
constexpr u32 statx_created = 0x800;
constexpr u32 statx_mount_id = 0x1000;
constexpr u32 statx_reserved = 0x8000'0000;
constexpr u32 statx_sync_flags = 0x6000; ///< AT_STATX_SYNC_TYPE
constexpr u64 statx_is_root = 0x2000;    ///< STATX_ATTR_MOUNT_ROOT

TimeSpec time_spec(fs::TimeStamp time) { return {time.seconds, time.nanoseconds}; }
StatxTime statx_time(fs::TimeStamp time) { return {time.seconds, time.nanoseconds, 0}; }

/// A file, and where it was found, if it has a place.
struct Found {
    const fs::Inode& inode;
    const fs::Path& path;

    fs::DeviceNumber device() const
    {
        if (inode.super_block() != nullptr)
            return inode.super_block()->device();
        return path ? path.mount->super_block().device() : fs::DeviceNumber{};
    }
};

Stat stat_of(const Found& found)
{
    const fs::Inode& inode = found.inode;
    const fs::Inode::Times times = inode.times();
    Stat stat{};
    stat.device = found.device().encoded();
    stat.inode = inode.number();
    stat.link_count = inode.link_count();
    stat.mode = inode.mode();
    stat.user = inode.uid();
    stat.group = inode.gid();
    stat.special_device = inode.device().encoded();
    stat.size = static_cast<i64>(inode.size());
    stat.block_size = page_size;
    stat.blocks = static_cast<i64>(inode.allocated_size() / fs::block_size);
    stat.accessed = time_spec(times.accessed);
    stat.modified = time_spec(times.modified);
    stat.changed = time_spec(times.changed);
    return stat;
}

Statx statx_of(const Found& found)
{
    const fs::Inode& inode = found.inode;
    const fs::Inode::Times times = inode.times();
    Statx stat{};
    stat.mask = statx_basic | statx_created | (found.path ? statx_mount_id : 0);
    stat.block_size = page_size;
    stat.link_count = inode.link_count();
    stat.user = inode.uid();
    stat.group = inode.gid();
    stat.mode = static_cast<u16>(inode.mode());
    stat.inode = inode.number();
    stat.size = inode.size();
    stat.blocks = inode.allocated_size() / fs::block_size;
    stat.accessed = statx_time(times.accessed);
    stat.created = statx_time(times.created);
    stat.changed = statx_time(times.changed);
    stat.modified = statx_time(times.modified);
    stat.special_major = inode.device().major;
    stat.special_minor = inode.device().minor;
    stat.device_major = found.device().major;
    stat.device_minor = found.device().minor;
    stat.attributes_mask = statx_is_root;
    if (found.path) {
        stat.mount_id = found.path.mount->id();
        if (found.path.dentry.get() == found.path.mount->root().get())
            stat.attributes = statx_is_root;
    }
    return stat;
}

StatFs statfs_of(const fs::Path& path)
{
    constexpr u64 valid_flags = 0x20; ///< ST_VALID
    const fs::SuperBlock& super_block = path.mount->super_block();
    const fs::FileSystemStatistics statistics = super_block.statistics();
    StatFs result{};
    result.type = static_cast<i64>(super_block.type().magic);
    result.block_size = static_cast<i64>(statistics.block_size);
    result.blocks = statistics.blocks;
    result.free_blocks = result.available_blocks = statistics.free_blocks;
    result.files = statistics.files;
    result.free_files = statistics.free_files;
    result.id[0] = static_cast<i32>(super_block.device().encoded());
    result.name_length = fs::max_name_length;
    result.fragment_size = static_cast<i64>(statistics.block_size);
    // ST_RDONLY, ST_NOSUID, ST_NODEV, ST_NOEXEC and ST_NOATIME, ST_NODIRATIME are mount(2)'s bits; ST_RELATIME is not.
    constexpr u32 same_bits = fs::lasting_mount_flags & ~u32{fs::mount_relative_access_time};
    const u32 flags = path.mount->flags();
    constexpr u64 relative_time = 0x1000;
    result.flags = static_cast<i64>(valid_flags | (flags & same_bits) |
                                    ((flags & fs::mount_relative_access_time) != 0 ? relative_time : 0) |
                                    (path.mount->is_read_only() ? 1 : 0));
    return result;
}

/// Calls `use(const Found&)` with what the arguments name.
template <typename Use>
SyscallResult with_file(Descriptor directory, UserString path, u32 flags, Use&& use)
{
    UserPath where;
    const u32 walk_flags = walk_flags_of(flags);
    if ((flags & at_empty_path) != 0 && directory.number != Descriptor::current_directory) {
        char first[1];
        const auto length = path.is_null() ? Result<u64>{0} : arch::copy_string_from_user(first, {path.address});
        if (length && length.value() == 0) {
            const auto file = TRY(file_of(directory)); // it may have no place at all
            return use(Found{file->inode(), file->path()});
        }
    }
    TRY(where.read(directory, path, walk_flags));
    const fs::Path found = TRY(where.find(walk_flags));
    return use(Found{found.inode(), found});
}

SyscallResult stat_path(Descriptor directory, UserString path, UserOut<Stat> result, u32 flags)
{
    return with_file(directory, path, flags, [&](const Found& found) -> SyscallResult {
        TRY(result.write(stat_of(found)));
        return 0;
    });
}

} // namespace

SyscallResult sys_fstat(Descriptor descriptor, UserOut<Stat> result)
{
    const auto file = TRY(file_of(descriptor));
    TRY(result.write(stat_of({file->inode(), file->path()})));
    return 0;
}

SyscallResult sys_stat(UserString path, UserOut<Stat> result) { return stat_path(here, path, result, 0); }
SyscallResult sys_lstat(UserString path, UserOut<Stat> result)
{
    return stat_path(here, path, result, at_symlink_nofollow);
}

SyscallResult sys_newfstatat(Descriptor directory, UserString path, UserOut<Stat> result, u32 flags)
{
    if ((flags & ~(at_symlink_nofollow | at_no_automount | at_empty_path)) != 0)
        return Errno::einval;
    return stat_path(directory, path, result, flags);
}

SyscallResult sys_statx(Descriptor directory, UserString path, u32 flags, u32 mask, UserOut<Statx> result)
{
    if ((flags & ~(at_symlink_nofollow | at_no_automount | at_empty_path | statx_sync_flags)) != 0 ||
        (flags & statx_sync_flags) == statx_sync_flags || (mask & statx_reserved) != 0)
        return Errno::einval;
    return with_file(directory, path, flags, [&](const Found& found) -> SyscallResult {
        TRY(result.write(statx_of(found)));
        return 0;
    });
}

SyscallResult sys_statfs(UserString path, UserOut<StatFs> result)
{
    UserPath where;
    TRY(where.read(here, path));
    TRY(result.write(statfs_of(TRY(where.find()))));
    return 0;
}

SyscallResult sys_fstatfs(Descriptor descriptor, UserOut<StatFs> result)
{
    const auto file = TRY(file_of(descriptor));
    if (!file->path())
        return Errno::enosys;
    TRY(result.write(statfs_of(file->path())));
    return 0;
}

} // namespace kernel::syscall
