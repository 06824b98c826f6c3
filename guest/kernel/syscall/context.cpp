// Where a process is: its root and current directory, and its umask.
#include "kernel/fs/context.hpp"

#include "kernel/mm/heap.hpp"
#include "kernel/proc/process.hpp"
#include "kernel/syscall/paths.hpp"
#include "kernel/syscall/syscalls.hpp"

namespace kernel::syscall {
namespace {

/// A directory that may be gone into.
Result<fs::Path> find_directory(UserString path)
{
    UserPath where;
    TRY(where.read(here, path));
    fs::Path directory = TRY(where.find(fs::want_directory));
    TRY(fs::check_access(directory.inode(), fs::access_execute, credentials()));
    return directory;
}

} // namespace

SyscallResult sys_chdir(UserString path)
{
    Process::current().context().set_current_directory(TRY(find_directory(path)));
    return 0;
}

SyscallResult sys_fchdir(Descriptor descriptor)
{
    const auto file = TRY(file_of(descriptor));
    if (!file->path() || !file->inode().is_directory())
        return Errno::enotdir;
    TRY(fs::check_access(file->inode(), fs::access_execute, credentials()));
    Process::current().context().set_current_directory(file->path());
    return 0;
}

SyscallResult sys_chroot(UserString path)
{
    fs::Path directory = TRY(find_directory(path));
    if (!capable(Capability::sys_chroot))
        return Errno::eperm;
    Process::current().context().set_root(std::move(directory));
    return 0;
}

SyscallResult sys_getcwd(UserOutBytes buffer, u64 size)
{
    const fs::Context::Places places = Process::current().context().places();
    if (places.current_directory.dentry->is_deleted())
        return Errno::enoent;
    const auto room = TRY(make_box<PathRoom>());
    const std::span<char> characters{room->characters};
    characters.back() = '\0';
    const std::string_view text =
        TRY(fs::path_text(places.current_directory, places.root, characters.first(characters.size() - 1)));
    const u64 length = text.size() + 1; // the NUL behind it as well
    if (length > size)
        return Errno::erange;
    TRY(buffer.write(std::as_bytes(std::span{text.data(), length})));
    return static_cast<i64>(length);
}

SyscallResult sys_umask(u32 mask) { return Process::current().context().set_umask(mask); }

} // namespace kernel::syscall
