#pragma once

#include "kernel/sched/task.hpp"
#include "kernel/signal/number.hpp"
#include "lib/result.hpp"

namespace kernel::proc {

/// clone(2)'s flags (linux/sched.h).
enum CloneFlag : u64 {
    clone_memory = 0x100,
    clone_context = 0x200,
    clone_files = 0x400,
    clone_actions = 0x800,
    clone_pidfd = 0x1000,
    clone_traced = 0x2000,
    clone_vfork = 0x4000,
    clone_parent = 0x8000,
    clone_thread = 0x1'0000,
    clone_mounts = 0x2'0000,
    clone_sysv_undo = 0x4'0000,
    clone_tls = 0x8'0000,
    clone_parent_set_tid = 0x10'0000,
    clone_child_clear_tid = 0x20'0000,
    clone_detached = 0x40'0000,
    clone_untraced = 0x80'0000,
    clone_child_set_tid = 0x100'0000,
    clone_cgroup = 0x200'0000,
    clone_uts = 0x400'0000,
    clone_ipc = 0x800'0000,
    clone_users = 0x1000'0000,
    clone_pids = 0x2000'0000,
    clone_net = 0x4000'0000,
    clone_io = 0x8000'0000,
    clone_clear_actions = 0x1'0000'0000,
    clone_into_cgroup = 0x2'0000'0000,
};

struct CloneRequest {
    u64 flags = 0;
    Signal exit_signal = Signal::none;
    u64 stack = 0;      ///< the child's stack pointer; 0: the parent's
    u64 tls = 0;        ///< the child's FS base, with clone_tls
    u64 parent_tid = 0; ///< where the parent finds the child's TID, with clone_parent_set_tid
    u64 child_tid = 0;  ///< where the child does, and what is cleared when it ends
};

/// Makes a child of the running process, or another thread of it, which goes on from the same system call with 0. Its
/// TID. EINVAL for flags that contradict each other, or are for what this kernel lacks; ENOMEM, EAGAIN, EFAULT.
Result<Pid> clone(const CloneRequest& request);

/// Whoever lent the running thread its memory gets it back.
void return_loan();

} // namespace kernel::proc
