#include "kernel/fs/proc/proc_file.hpp"

/// From the linker script.
extern "C" {
extern const kernel::procfs::ProcEntry* const proc_files_begin[];
extern const kernel::procfs::ProcEntry* const proc_files_end[];
}

namespace kernel::procfs {

std::span<const ProcEntry* const> entries() { return {proc_files_begin, proc_files_end}; }

} // namespace kernel::procfs
