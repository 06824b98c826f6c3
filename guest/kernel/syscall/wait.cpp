#include "kernel/proc/wait.hpp"
#include "kernel/signal/info.hpp"
#include "kernel/syscall/syscalls.hpp"
#include "kernel/syscall/usage.hpp"

namespace kernel::syscall {
namespace {

using proc::WaitTarget;

Pid own_group()
{
    return proc::processes().with([](proc::ProcessTable&) { return Process::current().group; });
}

WaitTarget target_of(i32 pid)
{
    if (pid == -1)
        return {};
    if (pid == 0)
        return {WaitTarget::Kind::group, own_group()};
    if (pid < 0)
        return {WaitTarget::Kind::group, static_cast<Pid>(-static_cast<i64>(pid))};
    return {WaitTarget::Kind::process, static_cast<Pid>(pid)};
}

Result<WaitTarget> target_of(u32 kind, u32 id)
{
    enum : u32 { any = 0, process = 1, group = 2 }; // P_ALL, P_PID, P_PGID
    switch (kind) {
    case any: return WaitTarget{};
    case process:
        if (static_cast<i32>(id) <= 0)
            return Errno::einval;
        return WaitTarget{WaitTarget::Kind::process, id};
    case group:
        if (static_cast<i32>(id) < 0)
            return Errno::einval;
        return WaitTarget{WaitTarget::Kind::group, id == 0 ? own_group() : id};
    default: return Errno::einval;
    }
}

signal::Info info_of(const proc::WaitResult& result)
{
    signal::Info info;
    if (result.pid == 0)
        return info;
    info.signal = static_cast<i32>(Signal::child);
    info.code = result.code;
    const i32 killer_or_stop = result.code == signal::child_stopped ? result.status >> 8 : result.status & 0x7f;
    i32 status = killer_or_stop;
    if (result.code == signal::child_exited)
        status = result.status >> 8 & 0xff;
    else if (result.code == signal::child_continued)
        status = static_cast<i32>(Signal::cont);
    info.child = {result.pid, result.uid, status, 0, 0, 0};
    return info;
}

} // namespace

SyscallResult sys_wait4(i32 pid, UserOut<i32> status, u32 options, UserOut<ResourceUsage> usage)
{
    constexpr u32 allowed = proc::wait_no_hang | proc::wait_stopped | proc::wait_continued | proc::wait_own |
                            proc::wait_clones | proc::wait_all;
    if ((options & ~allowed) != 0)
        return Errno::einval;
    if (pid == INT32_MIN)
        return Errno::esrch;
    const auto result = TRY(proc::wait_for_child(target_of(pid), options | proc::wait_exited));
    if (result.pid == 0)
        return 0;
    TRY(status.write_if_wanted(result.status));
    TRY(usage.write_if_wanted(to_resource_usage(result.usage)));
    return result.pid;
}

SyscallResult sys_waitid(u32 kind, u32 id, UserOut<signal::Info> info, u32 options, UserOut<ResourceUsage> usage)
{
    constexpr u32 events = proc::wait_exited | proc::wait_stopped | proc::wait_continued;
    constexpr u32 allowed =
        events | proc::wait_no_hang | proc::wait_keep | proc::wait_own | proc::wait_clones | proc::wait_all;
    if ((options & ~allowed) != 0 || (options & events) == 0)
        return Errno::einval;
    const auto result = TRY(proc::wait_for_child(TRY(target_of(kind, id)), options));
    if (result.pid != 0)
        TRY(usage.write_if_wanted(to_resource_usage(result.usage)));
    if (!info.is_null()) {
        // What Linux leaves alone of a siginfo_t is left alone here, too: all behind si_status.
        const signal::Info whole = info_of(result);
        constexpr u64 written = offsetof(signal::Info, child.padding);
        TRY(UserBytes{info.address}.write(std::as_bytes(std::span{&whole, 1}).first(written)));
    }
    return 0;
}

} // namespace kernel::syscall
