#pragma once

#include "kernel/proc/process.hpp"
#include "kernel/sync/spin_lock.hpp"
#include "lib/locked.hpp"

/// All processes and their threads. Its lock, the *process lock*, is also that of how they belong together: families,
/// groups, sessions, signals, and what is to be waited for.
namespace kernel::proc {

class ProcessTable {
public:
    /// Takes a reference over to the table.
    void add(Ref<Process> process);
    /// Gives it back.
    Ref<Process> remove(Process& process);
    void add(Thread& thread);
    void remove(Thread& thread);
    /// It has another from now on, which nobody else has.
    void change_tid(Thread& thread, Pid tid);

    /// Zombies too.
    Process* find(Pid pid);
    Thread* find_thread(Pid tid);
    /// The one with the lowest PID that is at least `pid`; or null.
    Process* first_from(Pid pid);

    template <typename Function>
    void for_each(Function&& function)
    {
        for (auto at = processes_.begin(); at != processes_.end();) {
            Process& process = *at++;
            function(process);
        }
    }
    /// Of a group, in order of PIDs. How many.
    template <typename Function>
    u32 for_each_of_group(Pid group, Function&& function)
    {
        u32 count = 0;
        for_each([&](Process& process) {
            if (process.group != group)
                return;
            ++count;
            function(process);
        });
        return count;
    }

    Process* init() { return find(init_pid); }
    u32 process_count() const { return process_count_; }
    u32 thread_count() const { return thread_count_; }

private:
    struct ByPid {
        using type = Pid;
        Pid operator()(const Process& process) const { return process.pid(); }
    };
    struct ByTid {
        using type = Pid;
        Pid operator()(const Thread& thread) const { return thread.tid; }
    };
    Tree<Process, &Process::in_table, ByPid> processes_;
    Tree<Thread, &Thread::in_table, ByTid> threads_;
    u32 process_count_ = 0;
    u32 thread_count_ = 0;
};

/// Lock order: before wait queues, before run queues. Any context but NMI.
Locked<ProcessTable, IrqSafe>& processes();
/// Before the first process.
void set_up_process_table();

/// A reference to the process with this PID, zombie or not; ESRCH.
Result<Ref<Process>> find_process(Pid pid);

/// Process lock held: whether no member has a parent in another group of the same session (POSIX's orphaned process
/// group), whose stops nobody would end. `without`: one that is about to go.
bool is_orphaned_group(ProcessTable& table, Pid group, const Process* without = nullptr);

/// Process lock held: what its threads have used, those that have ended included; and who it runs as.
sched::Usage usage_of(Process& process);
u32 real_uid(const Process& process);

/// For terminals, which hold no lock of processes: the session of the group's members; ESRCH.
Result<Ref<Session>> session_of_group(Pid group);
bool is_orphaned_group(Pid group);

} // namespace kernel::proc
