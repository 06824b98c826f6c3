#include "kernel/proc/limits.hpp"
#include "kernel/proc/process_table.hpp"
#include "kernel/syscall/syscalls.hpp"

#include <algorithm>
#include <optional>

namespace kernel::syscall {
namespace {

using proc::ProcessTable;

/// Whether the running process may look at another's limits, or change them.
bool may_touch(const Process& other)
{
    if (&other == &Process::current() || other.threads.empty() || capable(Capability::sys_resource))
        return true;
    const Credentials& mine = credentials();
    const Credentials& theirs = *other.threads.front().credentials;
    return mine.uid == theirs.euid && mine.uid == theirs.suid && mine.uid == theirs.uid && mine.gid == theirs.egid &&
           mine.gid == theirs.sgid && mine.gid == theirs.gid;
}

Result<void> check_change(Limit now, Limit wanted, Resource resource)
{
    constexpr u64 most_files = 1U << 20U; // fs.nr_open
    if (wanted.soft > wanted.hard)
        return Errno::einval;
    if (resource == Resource::open_files && wanted.hard > most_files)
        return Errno::eperm;
    if (wanted.hard > now.hard && !capable(Capability::sys_resource))
        return Errno::eperm;
    return {};
}

/// What it was before.
Result<Limit> exchange(i32 pid, u32 number, const std::optional<Limit>& wanted)
{
    if (number >= resource_count)
        return Errno::einval;
    const auto resource = static_cast<Resource>(number);
    Ref<Process> changed;
    const Limit before = TRY(proc::processes().with([&](ProcessTable& table) -> Result<Limit> {
        Process* const process = pid == 0 ? &Process::current() : table.find(static_cast<Pid>(pid));
        if (process == nullptr)
            return Errno::esrch;
        if (!may_touch(*process))
            return Errno::eperm;
        const Limit now = process->limits.get(resource);
        if (wanted) {
            TRY(check_change(now, *wanted, resource));
            process->limits.set(resource, *wanted);
            if (process->state == Process::State::alive)
                changed = Ref<Process>::share(process);
        }
        return now;
    }));
    if (changed && resource == Resource::open_files && changed.get() == &Process::current())
        changed->files().with([&](fs::FileTable& files) {
            files.set_limit(static_cast<u32>(std::min<u64>(wanted->soft, fs::FileTable::most_descriptors)));
        });
    return before;
}

} // namespace

SyscallResult sys_getrlimit(u32 resource, UserOut<Limit> result)
{
    TRY(result.write(TRY(exchange(0, resource, std::nullopt))));
    return 0;
}

SyscallResult sys_setrlimit(u32 resource, UserIn<Limit> limit)
{
    TRY(exchange(0, resource, TRY(limit.read())));
    return 0;
}

SyscallResult sys_prlimit64(i32 pid, u32 resource, UserIn<Limit> limit, UserOut<Limit> old)
{
    std::optional<Limit> wanted;
    if (!limit.is_null())
        wanted = TRY(limit.read());
    const Limit before = TRY(exchange(pid, resource, wanted));
    TRY(old.write_if_wanted(before));
    return 0;
}

} // namespace kernel::syscall
