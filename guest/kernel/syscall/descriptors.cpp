// Descriptors, and what is kept with them.
#include "kernel/syscall/descriptors.hpp"

#include "kernel/ipc/pipe_file.hpp"
#include "kernel/proc/process.hpp"
#include "kernel/syscall/syscalls.hpp"

namespace kernel::syscall {
namespace {

/// fcntl(2)'s commands (asm-generic/fcntl.h, linux/fcntl.h).
enum class FileCommand : u32 {
    duplicate = 0,
    get_descriptor_flags = 1,
    set_descriptor_flags = 2,
    get_flags = 3,
    set_flags = 4,
    duplicate_close_on_exec = 1030,
    set_pipe_size = 1031,
    get_pipe_size = 1032,
};
constexpr u64 close_on_exec_flag = 1; ///< FD_CLOEXEC

enum CloseRangeFlag : u32 { close_range_unshare = 2, close_range_mark = 4 };

template <typename Function>
decltype(auto) with_files(Function&& function)
{
    return Process::current().files().with(std::forward<Function>(function));
}

SyscallResult duplicate(const Ref<fs::File>& file, u64 least, bool close_on_exec)
{
    return with_files([&](fs::FileTable& files) -> SyscallResult {
        if (least >= files.limit())
            return Errno::einval;
        return TRY(files.install(file, close_on_exec, static_cast<u32>(least)));
    });
}

SyscallResult duplicate_at(Descriptor from, Descriptor to, bool close_on_exec)
{
    const auto replaced = TRY(with_files([&](fs::FileTable& files) -> Result<Ref<fs::File>> {
        if (to.number >= files.limit())
            return Errno::ebadf;
        return files.install_at(to.number, TRY(files.get(from.number)), close_on_exec);
    }));
    return to.number;
}

SyscallResult pipe_size(fs::File& file, FileCommand command, u64 size)
{
    auto* const pipe = fs::file_cast<ipc::PipeFile>(file);
    if (pipe == nullptr)
        return Errno::ebadf;
    if (command == FileCommand::set_pipe_size)
        return static_cast<i64>(TRY(pipe->pipe().set_size(static_cast<u32>(size))));
    return static_cast<i64>(pipe->pipe().size());
}

} // namespace

Result<Ref<fs::File>> file_of(Descriptor descriptor)
{
    return with_files([&](const fs::FileTable& files) { return files.get(descriptor.number); });
}

Result<Ref<fs::File>> file_for_reading(Descriptor descriptor)
{
    auto file = file_of(descriptor);
    if (file && !file.value()->mode().read)
        return Errno::ebadf;
    return file;
}

Result<Ref<fs::File>> file_for_writing(Descriptor descriptor)
{
    auto file = file_of(descriptor);
    if (file && !file.value()->mode().write)
        return Errno::ebadf;
    return file;
}

SyscallResult install(Ref<fs::File> file, bool close_on_exec)
{
    return TRY(with_files([&](fs::FileTable& files) { return files.install(std::move(file), close_on_exec); }));
}

SyscallResult sys_close(Descriptor descriptor)
{
    const auto closed = TRY(with_files([&](fs::FileTable& files) { return files.remove(descriptor.number); }));
    return 0;
}

SyscallResult sys_close_range(u32 first, u32 last, u32 flags)
{
    if ((flags & ~(close_range_unshare | close_range_mark)) != 0 || first > last)
        return Errno::einval;
    if ((flags & close_range_unshare) != 0)
        TRY(Process::current().unshare_files());
    if ((flags & close_range_mark) != 0)
        with_files([&](fs::FileTable& files) { files.mark_close_on_exec(first, last); });
    else
        Process::current().open_files().close_range(first, last);
    return 0;
}

SyscallResult sys_dup(Descriptor descriptor) { return install(TRY(file_of(descriptor)), false); }

SyscallResult sys_dup2(Descriptor from, Descriptor to)
{
    if (from.number == to.number) {
        TRY(file_of(from));
        return to.number;
    }
    return duplicate_at(from, to, false);
}

SyscallResult sys_dup3(Descriptor from, Descriptor to, u32 flags)
{
    if ((flags & ~fs::open_close_on_exec) != 0 || from.number == to.number)
        return Errno::einval;
    return duplicate_at(from, to, flags != 0);
}

SyscallResult sys_fcntl(Descriptor descriptor, u32 command, u64 argument)
{
    const auto file = TRY(file_of(descriptor));
    switch (static_cast<FileCommand>(command)) {
    case FileCommand::duplicate: return duplicate(file, argument, false);
    case FileCommand::duplicate_close_on_exec: return duplicate(file, argument, true);
    case FileCommand::get_descriptor_flags:
        return with_files([&](fs::FileTable& files) -> SyscallResult {
            return TRY(files.slot(descriptor.number))
            ->close_on_exec ? close_on_exec_flag : 0;
        });
    case FileCommand::set_descriptor_flags:
        return with_files([&](fs::FileTable& files) -> SyscallResult {
            TRY(files.slot(descriptor.number))
            ->close_on_exec = (argument & close_on_exec_flag) != 0;
            return 0;
        });
    case FileCommand::get_flags: return file->flags();
    case FileCommand::set_flags: file->set_flags(static_cast<u32>(argument)); return 0;
    case FileCommand::get_pipe_size:
    case FileCommand::set_pipe_size: return pipe_size(*file, static_cast<FileCommand>(command), argument);
    default: return Errno::einval;
    }
}

} // namespace kernel::syscall
