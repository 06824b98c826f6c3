#pragma once

#include "kernel/proc/process_table.hpp"

namespace kernel::proc {

/// Options of wait4(2) and waitid(2) (linux/wait.h).
enum WaitOption : u32 {
    wait_no_hang = 1,
    wait_stopped = 2,
    wait_exited = 4,
    wait_continued = 8,
    wait_keep = 0x0100'0000,   ///< WNOWAIT
    wait_own = 0x2000'0000,    ///< __WNOTHREAD
    wait_all = 0x4000'0000,    ///< __WALL
    wait_clones = 0x8000'0000, ///< __WCLONE
};

/// For which children.
struct WaitTarget {
    enum class Kind { any, process, group };
    Kind kind = Kind::any;
    Pid pid = 0;
};

/// What has become of one.
struct WaitResult {
    Pid pid = 0; ///< 0: of none yet, and the caller did not want to sleep
    u32 uid = 0;
    i32 status = 0; ///< wait(2)'s
    i32 code = 0;   ///< and SIGCHLD's si_code
    sched::Usage usage{};
};

/// Waits for a child of the running process. ECHILD, ERESTARTSYS.
Result<WaitResult> wait_for_child(const WaitTarget& target, u32 options);

} // namespace kernel::proc
