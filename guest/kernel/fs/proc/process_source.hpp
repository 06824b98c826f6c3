#pragma once

#include "kernel/fs/inode.hpp"
#include "lib/types.hpp"

#include <optional>

namespace kernel::procfs {

/// Who knows the processes: what is in /proc for each of them comes from there.
class ProcessSource {
public:
    /// The directory of one, or the link "self". ENOENT.
    virtual Result<Ref<fs::Inode>> lookup(std::string_view name) = 0;
    /// The lowest PID that is at least `pid`.
    virtual std::optional<u32> first_from(u32 pid) = 0;
    virtual u64 directory_number(u32 pid) = 0;

protected:
    ~ProcessSource() = default;
};

/// By the boot, once. Without a source /proc has no processes.
void set_process_source(ProcessSource& source);

} // namespace kernel::procfs
