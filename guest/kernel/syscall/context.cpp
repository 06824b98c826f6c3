// Where a process is: its current directory and its umask.
#include "kernel/fs/context.hpp"

#include "kernel/fs/file_system.hpp"
#include "kernel/proc/process.hpp"
#include "kernel/syscall/descriptors.hpp"
#include "kernel/syscall/syscalls.hpp"

namespace kernel::syscall {

SyscallResult sys_chdir(UserString path)
{
    char room[max_path];
    const auto name = TRY(path.copy_to(room));
    fs::Context& context = Process::current().context();
    auto directory = TRY(fs::resolve(context.root(), context.current_directory(), name));
    if (!directory->is_directory())
        return Errno::enotdir;
    context.set_current_directory(std::move(directory));
    return 0;
}

SyscallResult sys_fchdir(Descriptor descriptor)
{
    const auto file = TRY(file_of(descriptor));
    if (!file->inode().is_directory())
        return Errno::enotdir;
    Process::current().context().set_current_directory(file->inode_reference());
    return 0;
}

SyscallResult sys_umask(u32 mask) { return Process::current().context().set_umask(mask); }

} // namespace kernel::syscall
