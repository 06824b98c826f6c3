// What the machine is called, and how much of it there is.
#include "arch/clock.hpp"
#include "kernel/mm/page_allocator.hpp"
#include "kernel/proc/process_table.hpp"
#include "kernel/sync/spin_lock.hpp"
#include "kernel/syscall/syscalls.hpp"
#include "kernel/time/clock.hpp"

namespace kernel::syscall {
namespace {

/// The version of Linux whose interface this is; programs compare it.
constexpr SystemName first_name{
    .system = "Linux",
    .node = "vitrine",
    .release = "6.1.0-vitrine",
    .version = "#1 SMP",
    .machine = "x86_64",
    .domain = "(none)",
};

constinit Locked<SystemName, SpinLock> system_name{first_name};

using NameField = char (SystemName::*)[65];

SyscallResult set_name(NameField field, UserInBytes name, i32 size)
{
    char room[sizeof(SystemName::node)] = {};
    if (!capable(Capability::sys_admin))
        return Errno::eperm;
    if (size < 0 || static_cast<u32>(size) >= sizeof room)
        return Errno::einval;
    TRY(UserBytes{name.address}.read(std::as_writable_bytes(std::span{room}.first(static_cast<u32>(size)))));
    system_name.with([&](SystemName& names) { __builtin_memcpy(names.*field, room, sizeof room); });
    return 0;
}

} // namespace

SyscallResult sys_uname(UserOut<SystemName> result)
{
    const SystemName now = system_name.with([](const SystemName& names) { return names; });
    TRY(result.write(now));
    return 0;
}

SyscallResult sys_sethostname(UserInBytes name, i32 size) { return set_name(&SystemName::node, name, size); }
SyscallResult sys_setdomainname(UserInBytes name, i32 size) { return set_name(&SystemName::domain, name, size); }

SyscallResult sys_sysinfo(UserOut<SystemInfo> result)
{
    const mm::PageCounts pages = mm::page_counts();
    SystemInfo info{};
    info.uptime = static_cast<i64>(arch::monotonic_nanoseconds() / time::nanoseconds_per_second);
    info.total_ram = pages.total * page_size;
    info.free_ram = pages.free * page_size;
    info.processes =
        static_cast<u16>(proc::processes().with([](proc::ProcessTable& table) { return table.thread_count(); }));
    info.memory_unit = 1;
    TRY(result.write(info));
    return 0;
}

} // namespace kernel::syscall
