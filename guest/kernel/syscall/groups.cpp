// Process groups and sessions.
#include "kernel/proc/process_table.hpp"
#include "kernel/syscall/syscalls.hpp"

namespace kernel::syscall {
namespace {

using proc::processes;
using proc::ProcessTable;

Process* find(ProcessTable& table, i32 pid)
{
    return pid == 0 ? &Process::current() : table.find(static_cast<Pid>(pid));
}

bool is_session_leader(const Process& process) { return process.session->id == process.pid(); }

bool group_is_in_session(ProcessTable& table, Pid group, const Session* session)
{
    bool found = false;
    table.for_each_of_group(group, [&](const Process& member) { found |= member.session.get() == session; });
    return found;
}

SyscallResult set_group(ProcessTable& table, i32 pid, Pid group)
{
    Process& caller = Process::current();
    Process* const process = find(table, pid);
    if (process == nullptr || (process != &caller && process->parent != &caller))
        return Errno::esrch;
    if (process != &caller) {
        if (process->session.get() != caller.session.get())
            return Errno::eperm;
        if (process->has_executed)
            return Errno::eacces;
    }
    if (is_session_leader(*process))
        return Errno::eperm;
    if (group != process->pid() && !group_is_in_session(table, group, caller.session.get()))
        return Errno::eperm;
    process->group = group;
    return 0;
}

} // namespace

SyscallResult sys_setpgid(i32 pid, i32 group)
{
    if (group < 0)
        return Errno::einval;
    return processes().with([&](ProcessTable& table) {
        const Process* const process = find(table, pid);
        const Pid wanted = group != 0 ? static_cast<Pid>(group) : process != nullptr ? process->pid() : 0;
        return set_group(table, pid, wanted);
    });
}

SyscallResult sys_getpgid(i32 pid)
{
    return processes().with([&](ProcessTable& table) -> SyscallResult {
        const Process* const process = find(table, pid);
        if (process == nullptr)
            return Errno::esrch;
        return process->group;
    });
}

SyscallResult sys_getpgrp() { return sys_getpgid(0); }

SyscallResult sys_getsid(i32 pid)
{
    return processes().with([&](ProcessTable& table) -> SyscallResult {
        const Process* const process = find(table, pid);
        if (process == nullptr)
            return Errno::esrch;
        return process->session->id;
    });
}

SyscallResult sys_setsid()
{
    Process& process = Process::current();
    Ref<Session> session = TRY(make_ref<Session>(process.pid())); // and what is left over: dropped without the lock
    return processes().with([&](ProcessTable& table) -> SyscallResult {
        if (table.for_each_of_group(process.pid(), [](Process&) {}) != 0)
            return Errno::eperm;
        std::swap(process.session, session);
        process.group = process.pid();
        return process.pid();
    });
}

SyscallResult sys_getppid()
{
    return processes().with([](ProcessTable&) -> SyscallResult {
        const Process* const parent = Process::current().parent;
        return parent == nullptr ? 0 : parent->pid();
    });
}

} // namespace kernel::syscall
