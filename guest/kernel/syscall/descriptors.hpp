#pragma once

#include "kernel/fs/file.hpp"
#include "kernel/syscall/arguments.hpp"
#include "kernel/syscall/types.hpp"

namespace kernel::syscall {

/// The current process's open file. EBADF.
Result<Ref<fs::File>> file_of(Descriptor descriptor);
/// The same for one that is open for reading, or for writing: EBADF when it is not.
Result<Ref<fs::File>> file_for_reading(Descriptor descriptor);
Result<Ref<fs::File>> file_for_writing(Descriptor descriptor);
/// Gives the file the current process's lowest free descriptor.
SyscallResult install(Ref<fs::File> file, bool close_on_exec);
/// The same for two, and tells the program which: all or nothing. 0.
SyscallResult install_pair(Ref<fs::File> first, Ref<fs::File> second, bool close_on_exec,
                           UserOut<DescriptorPair> result);

} // namespace kernel::syscall
