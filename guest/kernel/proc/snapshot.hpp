#pragma once

#include "kernel/proc/process_table.hpp"

namespace kernel::proc {

/// What /proc tells of a process, or of a kernel thread, at one moment.
struct Snapshot {
    Pid pid = 0;
    char name[16] = {};
    char state = 'S';
    Pid parent = 0;
    Pid group = 0;
    Pid session = 0;
    u32 terminal = 0; ///< its device number
    i32 foreground = -1;
    sched::Usage own{};
    sched::Usage children{};
    int nice = 0;
    u32 rt_priority = 0;
    u32 policy = 0;
    u32 cpu = 0;
    u32 threads = 1;
    u64 start_time = 0; ///< nanoseconds since boot
    u32 uids[4] = {};   ///< real, effective, saved, file system
    u32 gids[4] = {};
    signal::SignalSet pending, shared_pending, blocked, ignored, caught;
    i32 exit_signal = 0;
    i32 exit_status = 0;
    bool is_kernel_thread = false;
    CapabilitySet inheritable, permitted, effective, bounding, ambient;
    bool no_new_privileges = false;

    std::string_view name_view() const { return name; }
};

/// ESRCH.
Result<Snapshot> snapshot_of(Pid pid);

} // namespace kernel::proc
