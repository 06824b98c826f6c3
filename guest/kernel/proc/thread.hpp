#pragma once

#include "arch/signal_frame.hpp"
#include "arch/trap_frame.hpp"
#include "kernel/proc/credentials.hpp"
#include "kernel/sched/task.hpp"
#include "kernel/sched/wait_queue.hpp"
#include "kernel/signal/state.hpp"
#include "kernel/sync/atomic.hpp"

namespace kernel {

class Process;

namespace proc {

/// What a parent waits for that has lent its memory to a child (vfork): the child's exec, or end.
struct Loan final : RefCounted {
    WaitQueue waits;
    Atomic<bool> returned;
};

/// What a task of a process has beyond a kernel thread. Others find it under the process lock, as long as it is in the
/// table; whatever does not say so is the thread's own.
struct Thread {
    Thread(Task& of, Process& in, Ref<Credentials> as)
        : task{of}, process{in}, tid{of.pid()}, credentials{std::move(as)}
    {}
    Thread(const Thread&) = delete;
    Thread& operator=(const Thread&) = delete;

    /// Of the running task, which must belong to a process.
    static Thread& current() { return *Task::current().thread; }

    Task& task;
    Process& process;
    Pid tid;             ///< changed under the process lock
    TreeHook in_table;   ///< process lock
    ListHook in_process; ///< process lock
    /// Changed by the thread itself only, under the process lock: others look at it there.
    Ref<Credentials> credentials;
    signal::ThreadSignals signals;
    Ref<Loan> loan;                     ///< process lock
    u64 set_child_tid = 0;              ///< CLONE_CHILD_SETTID
    u64 clear_child_tid = 0;            ///< set_tid_address(2)
    u64 robust_list = 0;                ///< set_robust_list(2)
    Signal parent_death = Signal::none; ///< PR_SET_PDEATHSIG; process lock
    bool is_exiting = false;            ///< takes no signals any more; process lock
    Signal is_forced = Signal::none;    ///< by what it did itself: init dies of that, too. Own
    arch::FaultFacts fault{};           ///< of its last exception. Own
    arch::TrapFrame first_frame{};      ///< what a new thread enters user mode with
};

} // namespace proc
} // namespace kernel
