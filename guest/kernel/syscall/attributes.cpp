// Calls that change what is said about a file, and ask what one may do with it.
#include "kernel/fs/attributes.hpp"

#include "kernel/proc/process.hpp"
#include "kernel/syscall/file_types.hpp"
#include "kernel/syscall/paths.hpp"
#include "kernel/syscall/syscalls.hpp"

namespace kernel::syscall {
namespace {

constexpr i64 time_now = 0x3fff'ffff;  ///< UTIME_NOW
constexpr i64 time_omit = 0x3fff'fffe; ///< UTIME_OMIT

/// A descriptor that may be used for its file's attributes: not one that is only a place.
Result<Ref<fs::File>> changeable_file(Descriptor descriptor)
{
    auto file = TRY(file_of(descriptor));
    if ((file->flags() & fs::open_path) != 0)
        return Errno::ebadf;
    return file;
}

/// What a descriptor's file is; without a place when it has none.
fs::Place place_of(const fs::File& file) { return {file.inode(), file.path() ? &file.path() : nullptr}; }
fs::Place place_of(const fs::Path& path) { return {path.inode(), &path}; }

Result<fs::TimeChange> time_change(const TimeSpec& time)
{
    if (time.nanoseconds == time_now)
        return fs::TimeChange{.kind = fs::TimeChange::Kind::now};
    if (time.nanoseconds == time_omit)
        return fs::TimeChange{.kind = fs::TimeChange::Kind::keep};
    if (time.nanoseconds < 0 || time.nanoseconds >= 1'000'000'000)
        return Errno::einval;
    return fs::TimeChange{fs::TimeChange::Kind::set, {time.seconds, static_cast<u32>(time.nanoseconds)}};
}

struct TimeChanges {
    fs::TimeChange accessed{.kind = fs::TimeChange::Kind::now};
    fs::TimeChange modified{.kind = fs::TimeChange::Kind::now};
};

/// Null: both are now.
Result<TimeChanges> read_changes(UserArray<TimeSpec> times)
{
    if (times.is_null())
        return TimeChanges{};
    return TimeChanges
    {
        TRY(time_change(TRY(times.read(0))))
        , TRY(time_change(TRY(times.read(1))))
    };
}

Result<TimeChanges> read_changes(UserArray<TimeValue> times)
{
    if (times.is_null())
        return TimeChanges{};
    const auto change = [](const TimeValue& value) -> Result<fs::TimeChange> {
        if (value.microseconds < 0 || value.microseconds >= 1'000'000)
            return Errno::einval;
        return fs::TimeChange{fs::TimeChange::Kind::set, {value.seconds, static_cast<u32>(value.microseconds * 1000)}};
    };
    return TimeChanges
    {
        TRY(change(TRY(times.read(0))))
        , TRY(change(TRY(times.read(1))))
    };
}

SyscallResult change_times(Descriptor directory, UserString path, const TimeChanges& changes, u32 flags)
{
    UserPath where;
    const u32 walk_flags = walk_flags_of(flags);
    TRY(where.read(directory, path, walk_flags));
    TRY(fs::change_times(place_of(TRY(where.find(walk_flags))), changes.accessed, changes.modified, credentials()));
    return 0;
}

/// access(2) asks as whom one was started: the real IDs, with root's capabilities or none.
Result<Ref<Credentials>> real_credentials()
{
    auto real = TRY(make_ref<Credentials>(credentials()));
    real->fsuid = real->uid;
    real->fsgid = real->gid;
    real->effective = real->uid == 0 ? real->permitted : CapabilitySet{};
    return real;
}

SyscallResult check(Descriptor directory, UserString path, u32 access, u32 flags)
{
    constexpr u32 all = fs::access_read | fs::access_write | fs::access_execute;
    if ((access & ~all) != 0 || (flags & ~(at_effective_access | at_symlink_nofollow | at_empty_path)) != 0)
        return Errno::einval;
    const Ref<Credentials> real = (flags & at_effective_access) == 0 ? TRY(real_credentials()) : Ref<Credentials>{};
    const Credentials& who = real ? *real : credentials();
    UserPath where;
    const u32 walk_flags = walk_flags_of(flags);
    TRY(where.read(directory, path, walk_flags));
    const fs::Path found = TRY(fs::find({where.view().root, where.view().start, who}, where.text(), walk_flags));
    if ((access & fs::access_execute) != 0 && found.inode().is_regular() &&
        (found.mount->flags() & fs::mount_no_execution) != 0)
        return Errno::eacces;
    TRY(fs::check_access(found, access, who));
    return 0;
}

} // namespace

SyscallResult sys_access(UserString path, u32 access) { return check(here, path, access, 0); }
SyscallResult sys_faccessat(Descriptor directory, UserString path, u32 access)
{
    return check(directory, path, access, 0);
}
SyscallResult sys_faccessat2(Descriptor directory, UserString path, u32 access, u32 flags)
{
    return check(directory, path, access, flags);
}

SyscallResult sys_fchmodat(Descriptor directory, UserString path, u32 mode)
{
    UserPath where;
    TRY(where.read(directory, path));
    TRY(fs::change_mode(place_of(TRY(where.find())), mode, credentials()));
    return 0;
}
SyscallResult sys_chmod(UserString path, u32 mode) { return sys_fchmodat(here, path, mode); }
SyscallResult sys_fchmod(Descriptor descriptor, u32 mode)
{
    TRY(fs::change_mode(place_of(*TRY(changeable_file(descriptor))), mode, credentials()));
    return 0;
}

SyscallResult sys_fchownat(Descriptor directory, UserString path, u32 uid, u32 gid, u32 flags)
{
    if ((flags & ~(at_symlink_nofollow | at_empty_path)) != 0)
        return Errno::einval;
    UserPath where;
    const u32 walk_flags = walk_flags_of(flags);
    TRY(where.read(directory, path, walk_flags));
    TRY(fs::change_owner(place_of(TRY(where.find(walk_flags))), uid, gid, credentials()));
    return 0;
}

SyscallResult sys_chown(UserString path, u32 uid, u32 gid) { return sys_fchownat(here, path, uid, gid, 0); }
SyscallResult sys_lchown(UserString path, u32 uid, u32 gid)
{
    return sys_fchownat(here, path, uid, gid, at_symlink_nofollow);
}
SyscallResult sys_fchown(Descriptor descriptor, u32 uid, u32 gid)
{
    TRY(fs::change_owner(place_of(*TRY(changeable_file(descriptor))), uid, gid, credentials()));
    return 0;
}

SyscallResult sys_utimensat(Descriptor directory, UserString path, UserArray<TimeSpec> times, u32 flags)
{
    if ((flags & ~(at_symlink_nofollow | at_empty_path)) != 0)
        return Errno::einval;
    const TimeChanges changes = TRY(read_changes(times));
    constexpr auto keep = fs::TimeChange::Kind::keep;
    if (changes.accessed.kind == keep && changes.modified.kind == keep)
        return 0; // whatever the path is
    if (!path.is_null())
        return change_times(directory, path, changes, flags);
    if (flags != 0)
        return Errno::einval;
    const auto file = TRY(file_of(directory)); // futimens(3)
    TRY(fs::change_times(place_of(*file), changes.accessed, changes.modified, credentials()));
    return 0;
}

SyscallResult sys_futimesat(Descriptor directory, UserString path, UserArray<TimeValue> times)
{
    const TimeChanges changes = TRY(read_changes(times));
    if (!path.is_null())
        return change_times(directory, path, changes, 0);
    const auto file = TRY(file_of(directory));
    TRY(fs::change_times(place_of(*file), changes.accessed, changes.modified, credentials()));
    return 0;
}

SyscallResult sys_utimes(UserString path, UserArray<TimeValue> times)
{
    return change_times(here, path, TRY(read_changes(times)), 0);
}

SyscallResult sys_utime(UserString path, UserIn<AccessTimes> times)
{
    TimeChanges changes;
    if (!times.is_null()) {
        const AccessTimes seconds = TRY(times.read());
        changes = {{fs::TimeChange::Kind::set, {seconds.accessed, 0}},
                   {fs::TimeChange::Kind::set, {seconds.modified, 0}}};
    }
    return change_times(here, path, changes, 0);
}

SyscallResult sys_truncate(UserString path, i64 size)
{
    if (size < 0)
        return Errno::einval;
    UserPath where;
    TRY(where.read(here, path));
    const fs::Path found = TRY(where.find());
    if (!found.inode().is_regular())
        return found.inode().is_directory() ? Errno::eisdir : Errno::einval;
    TRY(fs::check_access(found, fs::access_write, credentials()));
    TRY(fs::truncate(found.inode(), static_cast<u64>(size), credentials()));
    return 0;
}

SyscallResult sys_ftruncate(Descriptor descriptor, i64 size)
{
    const auto file = TRY(changeable_file(descriptor));
    if (size < 0 || !file->mode().write || !file->inode().is_regular())
        return Errno::einval;
    TRY(fs::truncate(file->inode(), static_cast<u64>(size), credentials()));
    return 0;
}

} // namespace kernel::syscall
