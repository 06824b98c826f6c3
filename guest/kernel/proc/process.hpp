#pragma once

#include "kernel/fs/context.hpp"
#include "kernel/fs/file_table.hpp"
#include "kernel/mm/address_space.hpp"
#include "kernel/proc/arguments.hpp"
#include "kernel/proc/limits.hpp"
#include "kernel/proc/session.hpp"
#include "kernel/proc/thread.hpp"
#include "kernel/sched/task.hpp"
#include "kernel/sched/usage.hpp"
#include "kernel/sched/wait_queue.hpp"
#include "kernel/signal/state.hpp"
#include "kernel/sync/atomic.hpp"
#include "kernel/sync/mutex.hpp"
#include "lib/locked.hpp"
#include "lib/ref.hpp"

namespace kernel {
namespace proc {
class RealTimer;
}

/// What its program was started with, for all to see; never changed. Shared by those that fork made.
struct StartStrings final : RefCounted {
    proc::ArgumentStrings strings;
};

/// A process: a thread group, and what its threads share.
///
/// Once it is in the process table (proc/process_table.hpp) it stays there until somebody has waited for it. What says
/// "process lock" is looked at and changed under the lock of that table.
class Process final : public RefCounted {
public:
    using Threads = List<proc::Thread, &proc::Thread::in_process>;

    Process(Pid pid, Ref<mm::AddressSpace> address_space, Ref<fs::Context> context, Ref<fs::OpenFiles> open_files);
    ~Process() override;

    /// Of the task that runs; it must belong to a process.
    static Process& current() { return *Task::current().process; }

    /// Makes the running kernel thread one of this process, which it keeps alive.
    static void join(Ref<Process> process);
    /// Makes the running task a kernel thread again. What it kept alive.
    static Ref<Process> leave();

    Pid pid() const { return pid_; }
    mm::AddressSpace& address_space() const { return *address_space_; }
    fs::Context& context() const { return *context_; }
    fs::OpenFiles& open_files() const { return *open_files_; }
    /// Gives the process descriptors of its own. ENOMEM.
    Result<void> unshare_files();
    Locked<fs::FileTable, Mutex>& files() { return open_files_->table(); }

    /// execve(2): another program's memory from here on. By the process's only thread. The old one, to be dropped.
    Ref<mm::AddressSpace> replace_address_space(Ref<mm::AddressSpace> address_space);

    /// What children may share.
    const Ref<mm::AddressSpace>& address_space_reference() const { return address_space_; }
    const Ref<fs::Context>& context_reference() const { return context_; }
    const Ref<fs::OpenFiles>& open_files_reference() const { return open_files_; }

    /// The last thread has let go of them: files first, and memory once no task is in it.
    void close_files();
    void release_memory();

    // Process lock, from here on.

    enum class State : u8 { alive, zombie };
    State state = State::alive;
    TreeHook in_table;
    Process* parent = nullptr; ///< null: init
    ListHook in_parent;
    List<Process, &Process::in_parent> children;
    Threads threads;
    u32 thread_count = 0;
    u32 live_threads = 0; ///< those that have not begun to end
    Pid group = 0;
    Ref<Session> session;
    Signal exit_signal = Signal::child;    ///< what its parent gets
    bool is_subreaper = false;             ///< PR_SET_CHILD_SUBREAPER
    bool has_executed = false;             ///< since it was forked: its parent cannot change its group any more
    bool is_exiting = false;               ///< all threads are to end
    proc::Thread* sole_survivor = nullptr; ///< execve(2): all but this one are to end
    bool shares_actions = false;           ///< with processes that CLONE_SIGHAND made
    bool shares_files = false;             ///< with those of CLONE_FILES
    bool dumpable = true;                  ///< PR_SET_DUMPABLE
    i32 wait_status = 0;                   ///< wait(2)'s, once `is_exiting`
    i32 leader_status = 0;                 ///< what the first thread ended with: the process's, if nothing else is
    i32 stop_status = 0;                   ///< a stop that nobody has waited for: wait(2)'s status
    bool is_stopped = false;               ///< all threads are
    bool was_continued = false;            ///< and nobody has waited for that
    signal::ProcessSignals signals;
    sched::Usage ended_threads{};   ///< used by threads that have ended
    sched::Usage waited_children{}; ///< used by children that were waited for
    u64 start_time = 0;             ///< monotonic nanoseconds
    Limits limits;
    Ref<StartStrings> start_strings;
    u32 personality = 0;      ///< personality(2): Linux's, and flags
    char ended_name[16] = {}; ///< a zombie's
    u32 ended_uid = 0;        ///< and its real one

    // These lock themselves.

    Atomic<proc::RealTimer*> real_timer; ///< its own; null until somebody sets it
    WaitQueue child_waits;               ///< wait(2): something has become of a child
    WaitQueue stop_waits;                ///< stopped threads
    WaitQueue thread_waits;              ///< execve(2): a thread has ended

private:
    Pid pid_;
    Ref<mm::AddressSpace> address_space_;
    Ref<fs::Context> context_;
    Ref<fs::OpenFiles> open_files_;
};

namespace proc {

/// exit(2), of the running thread; with the last of a process ends the process, whose status `status` is.
[[noreturn]] void exit_thread(u8 status);
/// exit_group(2). The end of PID 1 is that of the machine, with its status, or 128 and the signal's number.
[[noreturn]] void exit_process(u8 status);
/// The end by a signal. `dumped`: a core file should have been written.
[[noreturn]] void kill_process(Signal signal, bool dumped = false);
/// By a thread of a process whose end has been decided (signal::begin_exit).
[[noreturn]] void end_with_process();

} // namespace proc
} // namespace kernel
