// Signals that programs send.
#include "kernel/proc/process_table.hpp"
#include "kernel/signal/send.hpp"
#include "kernel/syscall/syscalls.hpp"

namespace kernel::syscall {
namespace {

using proc::processes;
using proc::ProcessTable;
using proc::Thread;
using signal::Info;

/// A process's credentials are those of its first thread; a zombie has none to compare.
bool may_signal(const Process& target, const Info& info)
{
    if (!info.is_from_user() || &target == &Process::current() || target.threads.empty())
        return true;
    const Credentials& mine = credentials();
    const Credentials& theirs = *target.threads.front().credentials;
    if (mine.euid == theirs.suid || mine.euid == theirs.uid || mine.uid == theirs.suid || mine.uid == theirs.uid)
        return true;
    if (mine.capable(Capability::kill))
        return true;
    return info.number() == Signal::cont && target.session.get() == Process::current().session.get();
}

/// Signal 0 only asks whether it could be sent.
Result<void> send(Process& process, Thread* thread, const Info& info)
{
    if (!may_signal(process, info))
        return Errno::eperm;
    if (info.signal == 0)
        return {};
    return signal::send_locked(process, thread, info);
}

/// One success is enough.
struct Tally {
    void add(Result<void> result)
    {
        any = true;
        if (result)
            success = true;
        else
            error = result.error();
    }
    SyscallResult result() const
    {
        if (!any)
            return Errno::esrch;
        if (!success)
            return error;
        return 0;
    }
    bool any = false;
    bool success = false;
    Errno error{};
};

SyscallResult send_to_members(Pid group, const Info& info)
{
    return processes().with([&](ProcessTable& table) {
        Tally tally;
        table.for_each_of_group(group, [&](Process& process) { tally.add(send(process, nullptr, info)); });
        return tally.result();
    });
}

SyscallResult send_to_all(const Info& info)
{
    return processes().with([&](ProcessTable& table) {
        Tally tally;
        table.for_each([&](Process& process) {
            if (process.pid() != init_pid && &process != &Process::current())
                tally.add(send(process, nullptr, info));
        });
        return tally.result();
    });
}

SyscallResult send_to_process(Pid pid, const Info& info)
{
    return processes().with([&](ProcessTable& table) -> SyscallResult {
        Process* process = table.find(pid);
        if (process == nullptr) {
            Thread* const thread = table.find_thread(pid);
            process = thread != nullptr ? &thread->process : nullptr;
        }
        if (process == nullptr)
            return Errno::esrch;
        TRY(send(*process, nullptr, info));
        return 0;
    });
}

/// `group`: 0, or the process that the thread must be of.
SyscallResult send_to_one(i32 group, i32 tid, const Info& info)
{
    if (tid <= 0)
        return Errno::einval;
    return processes().with([&](ProcessTable& table) -> SyscallResult {
        Thread* const thread = table.find_thread(static_cast<Pid>(tid));
        if (thread == nullptr || (group > 0 && thread->process.pid() != static_cast<Pid>(group))) {
            const Process* const zombie = table.find(static_cast<Pid>(tid));
            const bool is_leader = zombie != nullptr && (group <= 0 || group == tid);
            return is_leader ? SyscallResult{0} : SyscallResult{Errno::esrch};
        }
        TRY(send(thread->process, thread, info));
        return 0;
    });
}

Result<void> check_number(i32 number)
{
    if (number < 0 || number > static_cast<i32>(signal::signal_count))
        return Errno::einval;
    return {};
}

Info from_me(i32 number, i32 code)
{
    return Info::from_sender(static_cast<Signal>(number), code, Process::current().pid(), credentials().uid);
}

/// What a program says about its signal must not look as if the kernel, or kill(2), had sent it to somebody else.
Result<Info> read_info(UserIn<Info> from, i32 number, i32 target)
{
    Info info = TRY(from.read());
    info.signal = number;
    const bool looks_official = info.code >= 0 || info.code == signal::by_tkill;
    if (looks_official && target != static_cast<i32>(Process::current().pid()))
        return Errno::eperm;
    return info;
}

} // namespace

SyscallResult sys_kill(i32 pid, i32 number)
{
    TRY(check_number(number));
    const Info info = from_me(number, signal::by_user);
    if (pid > 0)
        return send_to_process(static_cast<Pid>(pid), info);
    if (pid == -1)
        return send_to_all(info);
    if (pid == INT32_MIN)
        return Errno::esrch;
    const Pid group =
        pid == 0 ? processes().with([](ProcessTable&) { return Process::current().group; }) : static_cast<Pid>(-pid);
    return send_to_members(group, info);
}

SyscallResult sys_tkill(i32 tid, i32 number)
{
    if (tid <= 0)
        return Errno::einval;
    TRY(check_number(number));
    return send_to_one(0, tid, from_me(number, signal::by_tkill));
}

SyscallResult sys_tgkill(i32 group, i32 tid, i32 number)
{
    if (tid <= 0 || group <= 0)
        return Errno::einval;
    TRY(check_number(number));
    return send_to_one(group, tid, from_me(number, signal::by_tkill));
}

SyscallResult sys_rt_sigqueueinfo(i32 pid, i32 number, UserIn<Info> info)
{
    const Info read = TRY(read_info(info, number, pid));
    TRY(check_number(number));
    if (pid <= 0)
        return Errno::esrch;
    return send_to_process(static_cast<Pid>(pid), read);
}

SyscallResult sys_rt_tgsigqueueinfo(i32 group, i32 tid, i32 number, UserIn<Info> info)
{
    if (tid <= 0 || group <= 0)
        return Errno::einval;
    const Info read = TRY(read_info(info, number, tid));
    TRY(check_number(number));
    return send_to_one(group, tid, read);
}

} // namespace kernel::syscall
