#include "kernel/ipc/pipe_file.hpp"
#include "kernel/syscall/descriptors.hpp"
#include "kernel/syscall/syscalls.hpp"

namespace kernel::syscall {

SyscallResult install_pair(Ref<fs::File> first, Ref<fs::File> second, bool close_on_exec,
                           UserOut<DescriptorPair> result)
{
    const auto number = [](i64 descriptor) { return static_cast<u32>(descriptor); };
    DescriptorPair pair{};
    pair.first = number(TRY(install(std::move(first), close_on_exec)));
    const auto installed = install(std::move(second), close_on_exec);
    if (!installed) {
        static_cast<void>(sys_close({pair.first}));
        return installed.error();
    }
    pair.second = number(installed.value());
    const auto told = result.write(pair);
    if (!told) {
        static_cast<void>(sys_close({pair.first}));
        static_cast<void>(sys_close({pair.second}));
        return told.error();
    }
    return 0;
}

SyscallResult sys_pipe2(UserOut<DescriptorPair> ends, u32 flags)
{
    if ((flags & ~(fs::open_close_on_exec | fs::open_nonblocking | fs::open_direct)) != 0)
        return Errno::einval;
    ipc::PipePair pipe = TRY(ipc::make_pipe(flags));
    const bool close_on_exec = (flags & fs::open_close_on_exec) != 0;
    return install_pair(std::move(pipe.reading), std::move(pipe.writing), close_on_exec, ends);
}

SyscallResult sys_pipe(UserOut<DescriptorPair> ends) { return sys_pipe2(ends, 0); }

} // namespace kernel::syscall
