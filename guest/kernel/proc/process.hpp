#pragma once

#include "kernel/fs/context.hpp"
#include "kernel/fs/file_table.hpp"
#include "kernel/mm/address_space.hpp"
#include "kernel/sched/task.hpp"
#include "kernel/sync/mutex.hpp"
#include "lib/locked.hpp"
#include "lib/ref.hpp"

namespace kernel {

/// What the threads of a process share.
class Process final : public RefCounted {
public:
    Process(Pid pid, Ref<mm::AddressSpace> address_space, Ref<fs::Context> context, Ref<fs::OpenFiles> open_files);

    /// Of the task that runs; it must belong to a process.
    static Process& current() { return *Task::current().process; }

    /// Makes the running kernel thread one of this process, which it keeps alive.
    static void join(Ref<Process> process);
    /// Makes the running task a kernel thread again.
    static void leave();

    Pid pid() const { return pid_; }
    mm::AddressSpace& address_space() const { return *address_space_; }
    fs::Context& context() const { return *context_; }
    fs::OpenFiles& open_files() const { return *open_files_; }
    /// Gives the process descriptors of its own. ENOMEM.
    Result<void> unshare_files();
    Locked<fs::FileTable, Mutex>& files() { return open_files_->table(); }

    /// execve(2): another program's memory from here on. By the process's only thread. The old one, to be dropped.
    Ref<mm::AddressSpace> replace_address_space(Ref<mm::AddressSpace> address_space);

private:
    Pid pid_;
    Ref<mm::AddressSpace> address_space_;
    Ref<fs::Context> context_;
    Ref<fs::OpenFiles> open_files_;
};

namespace proc {

/// Ends the current process with exit(2)'s status, or by a signal. When it is PID 1, the machine stops with that
/// status (128 and the signal's number).
[[noreturn]] void exit_process(u8 status);

/// The signals by which a process can end (asm/signal.h).
enum class Signal : u8 { ill = 4, trap = 5, bus = 7, fpe = 8, kill = 9, segv = 11 };
[[noreturn]] void kill_process(Signal signal);

} // namespace proc
} // namespace kernel
