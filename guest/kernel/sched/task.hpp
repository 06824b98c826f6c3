#pragma once

#include "abi/trace.hpp"
#include "arch/context.hpp"
#include "arch/cpu.hpp"
#include "kernel/debug/task_checks.hpp"
#include "kernel/sched/scheduling.hpp"
#include "lib/intrusive.hpp"
#include "lib/types.hpp"

#include <array>
#include <string_view>

namespace kernel {

class Process;
namespace proc {
struct Thread;
}
namespace workqueue {
struct Worker;
}

using Pid = u32;
inline constexpr Pid init_pid = 1; ///< the first process; its end is the end of the run
using TaskState = vitrine::abi::TaskState;

/// A set of CPUs, bit n for CPU n.
using CpuMask = u32;
static_assert(arch::max_cpus <= 32);
inline constexpr CpuMask all_cpus = ~CpuMask{0};

/// A flow of control with a kernel stack: a kernel thread, a process's thread, or a CPU's idle task.
///
/// Who may touch what:
///   state            sched::wake() under the lock of the run queue of `cpu`; the task itself sets a sleeping state
///   cpu, queued, affinity, sched
///                    under the lock of the run queue of `cpu`; while it is `moving`, by who moves it
///   on_cpu           set by the CPU that switches to the task, cleared by that CPU when it has left the task's stack
///   all the rest     the task itself
class Task {
public:
    Task(Pid pid, std::string_view name, sched::Policy policy);
    Task(const Task&) = delete;
    Task& operator=(const Task&) = delete;

    static Task& current() { return *arch::current_task(); }

    Pid pid() const { return pid_; }
    /// Not while it is in the task table.
    void set_pid(Pid pid) { pid_ = pid; }
    sched::Policy policy() const { return sched.policy; }
    /// As in /proc/PID/comm: at most 15 characters.
    std::string_view name() const;
    void set_name(std::string_view name);

    TaskState state() const
    {
        TaskState state;
        __atomic_load(&state_, &state, __ATOMIC_ACQUIRE);
        return state;
    }
    /// Sequentially consistent: a task that announces its sleep and then looks at what it waits for sees it, or the
    /// waker that changed that sees the announcement.
    void set_state(TaskState state) { __atomic_store(&state_, &state, __ATOMIC_SEQ_CST); }

    /// Something wants to end its interruptible sleep, as a signal does: see sched::interrupt(). Sequentially
    /// consistent, as set_state().
    bool signal_pending() const { return __atomic_load_n(&signal_pending_, __ATOMIC_SEQ_CST); }
    void set_signal_pending(bool pending) { __atomic_store_n(&signal_pending_, pending, __ATOMIC_SEQ_CST); }

    arch::Context context;
    VirtualAddress stack{};         ///< from vmalloc; null for idle tasks: theirs is the one their CPU booted on
    void (*entry)(void*) = nullptr; ///< what a new task does
    void* entry_argument = nullptr; ///< and with what
    TreeHook table_hook;            ///< in the task table
    ListHook dead_hook;             ///< among the dead
    CpuMask affinity = all_cpus;    ///< may be placed on these
    unsigned cpu = 0;               ///< runs there or ran there last
    sched::Queued queued = sched::Queued::no;
    bool bound = false;       ///< made for these CPUs: programs cannot change its affinity
    bool is_standing = false; ///< a thread of the kernel's own that stays once it is needed: no leak
    bool on_cpu = false;      ///< a CPU uses its stack
    sched::Scheduling sched;
    workqueue::Worker* worker = nullptr; ///< a worker of a workqueue, which wants to know when its task sleeps
    Process* process = nullptr;          ///< with a reference, see Process::join(); null for kernel threads
    proc::Thread* thread = nullptr;      ///< owned; what a process's task is beyond one of the kernel's
    [[no_unique_address]] debug::TaskChecks checks;

private:
    Pid pid_;
    TaskState state_ = TaskState::uninterruptible; ///< until the first wake
    bool signal_pending_ = false;
    std::array<char, 16> name_{};
};

} // namespace kernel
