#include "kernel/fs/file_system.hpp"
#include "kernel/proc/process.hpp"
#include "kernel/syscall/descriptors.hpp"
#include "kernel/syscall/syscalls.hpp"

#include <algorithm>

namespace kernel::syscall {
namespace {

constexpr u32 at_symlink_nofollow = 0x100;
constexpr u32 at_no_automount = 0x800;
constexpr u32 at_empty_path = 0x1000;

/// There are no time stamps and no owners yet: all files are root's, from the epoch.
Stat stat_of(const fs::Inode& inode)
{
    constexpr i64 block_size = 512;
    Stat stat{};
    stat.inode = inode.number();
    stat.link_count = inode.link_count();
    stat.mode = inode.mode();
    stat.special_device = inode.device().encoded();
    stat.size = static_cast<i64>(inode.size());
    stat.block_size = page_size;
    stat.blocks = stat.size / block_size + (stat.size % block_size != 0 ? 1 : 0);
    return stat;
}

SyscallResult stat_path(Descriptor directory, UserString path, UserOut<Stat> result, fs::LastLink last)
{
    char room[max_path];
    const auto name = TRY(path.copy_to(room));
    const auto inode = TRY(fs::resolve(fs::root(), TRY(directory_of(directory)), name, last));
    TRY(result.write(stat_of(*inode)));
    return 0;
}

} // namespace

Result<Ref<fs::Inode>> directory_of(Descriptor descriptor)
{
    if (descriptor.number == Descriptor::current_directory)
        return Process::current().context().current_directory();
    const auto file = TRY(file_of(descriptor));
    if (!file->inode().is_directory())
        return Errno::enotdir;
    return file->inode_reference();
}

SyscallResult sys_openat(Descriptor directory, UserString path, u32 flags, u32 mode)
{
    char room[max_path];
    const auto name = TRY(path.copy_to(room));
    // An absolute path needs no directory: a wrong one is no error then.
    const bool absolute = !name.empty() && name.front() == '/';
    auto file = TRY(fs::open(absolute ? fs::root() : TRY(directory_of(directory)), name, flags,
                             mode & ~Process::current().context().umask()));
    return install(std::move(file), (flags & fs::open_close_on_exec) != 0);
}

SyscallResult sys_open(UserString path, u32 flags, u32 mode)
{
    return sys_openat({Descriptor::current_directory}, path, flags, mode);
}

SyscallResult sys_fstat(Descriptor descriptor, UserOut<Stat> result)
{
    const auto file = TRY(file_of(descriptor));
    TRY(result.write(stat_of(file->inode())));
    return 0;
}

SyscallResult sys_stat(UserString path, UserOut<Stat> result)
{
    return stat_path({Descriptor::current_directory}, path, result, fs::LastLink::follow);
}

SyscallResult sys_lstat(UserString path, UserOut<Stat> result)
{
    return stat_path({Descriptor::current_directory}, path, result, fs::LastLink::keep);
}

SyscallResult sys_newfstatat(Descriptor directory, UserString path, UserOut<Stat> result, u32 flags)
{
    if ((flags & ~(at_symlink_nofollow | at_no_automount | at_empty_path)) != 0)
        return Errno::einval;
    if ((flags & at_empty_path) != 0) {
        char first[1];
        const auto length = arch::copy_string_from_user(first, {path.address});
        if (length && length.value() == 0) {
            if (directory.number != Descriptor::current_directory)
                return sys_fstat(directory, result);
            TRY(result.write(stat_of(*Process::current().context().current_directory())));
            return 0;
        }
    }
    const bool keep = (flags & at_symlink_nofollow) != 0;
    return stat_path(directory, path, result, keep ? fs::LastLink::keep : fs::LastLink::follow);
}

SyscallResult sys_readlinkat(Descriptor directory, UserString path, UserOutBytes buffer, u64 size)
{
    if (static_cast<i64>(size) <= 0)
        return Errno::einval;
    char room[max_path];
    const auto name = TRY(path.copy_to(room));
    const auto inode = TRY(fs::resolve(fs::root(), TRY(directory_of(directory)), name, fs::LastLink::keep));
    const auto target = TRY(inode->link_target());
    const u64 count = std::min<u64>(size, target.size());
    TRY(buffer.write(std::as_bytes(std::span{target.data(), count})));
    return static_cast<i64>(count);
}

SyscallResult sys_readlink(UserString path, UserOutBytes buffer, u64 size)
{
    return sys_readlinkat({Descriptor::current_directory}, path, buffer, size);
}

} // namespace kernel::syscall
