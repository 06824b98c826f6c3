// Who a thread acts as. A C library makes all threads of a process do the same.
#include "kernel/proc/credentials.hpp"
#include "kernel/proc/process_table.hpp"
#include "kernel/syscall/syscalls.hpp"

#include <utility>

namespace kernel::syscall {
namespace {

using proc::Thread;

constexpr u32 unchanged = ~0U;             ///< (uid_t)-1
constexpr u32 keep_capabilities = 1U << 4; ///< SECBIT_KEEP_CAPS
constexpr u32 no_setuid_fixup = 1U << 2;   ///< SECBIT_NO_SETUID_FIXUP

constexpr CapabilitySet file_capabilities{
    CapabilitySet::bit(Capability::chown) | CapabilitySet::bit(Capability::mknod) |
    CapabilitySet::bit(Capability::dac_override) | CapabilitySet::bit(Capability::dac_read_search) |
    CapabilitySet::bit(Capability::fowner) | CapabilitySet::bit(Capability::fsetid) |
    CapabilitySet::bit(Capability::linux_immutable) | CapabilitySet::bit(Capability::mac_override)};

Result<Ref<Credentials>> prepare() { return make_ref<Credentials>(credentials()); }

/// The running thread's from now on.
SyscallResult commit(Ref<Credentials> changed)
{
    Thread& thread = Thread::current();
    proc::processes().with([&](proc::ProcessTable&) {
        const Credentials& old = *thread.credentials;
        if (old.euid != changed->euid || old.egid != changed->egid || old.fsuid != changed->fsuid ||
            old.fsgid != changed->fsgid) {
            thread.process.dumpable = false;
            thread.parent_death = Signal::none;
        }
        std::swap(thread.credentials, changed);
    });
    return 0; // the old ones are dropped without the lock
}

bool has_root(const Credentials& who) { return who.uid == 0 || who.euid == 0 || who.suid == 0; }

/// capabilities(7), "Effect of user ID changes on capabilities".
void adjust_capabilities(Credentials& changed, const Credentials& old)
{
    if ((old.secure_bits & no_setuid_fixup) != 0)
        return;
    if (has_root(old) && !has_root(changed)) {
        if ((old.secure_bits & keep_capabilities) == 0) {
            changed.permitted = {};
            changed.effective = {};
        }
        changed.ambient = {};
    }
    if (old.euid == 0 && changed.euid != 0)
        changed.effective = {};
    if (old.euid != 0 && changed.euid == 0)
        changed.effective = changed.permitted;
}

SyscallResult commit_users(Ref<Credentials> changed)
{
    changed->fsuid = changed->euid;
    adjust_capabilities(*changed, credentials());
    return commit(std::move(changed));
}

SyscallResult commit_groups(Ref<Credentials> changed)
{
    changed->fsgid = changed->egid;
    return commit(std::move(changed));
}

template <typename... Allowed>
bool is_one_of(u32 id, Allowed... allowed)
{
    return id == unchanged || (... || (id == allowed));
}

} // namespace

SyscallResult sys_getuid() { return credentials().uid; }
SyscallResult sys_getgid() { return credentials().gid; }
SyscallResult sys_geteuid() { return credentials().euid; }
SyscallResult sys_getegid() { return credentials().egid; }

SyscallResult sys_setuid(u32 uid)
{
    if (uid == unchanged)
        return Errno::einval;
    auto changed = TRY(prepare());
    if (capable(Capability::setuid))
        changed->uid = changed->suid = uid;
    else if (uid != changed->uid && uid != changed->suid)
        return Errno::eperm;
    changed->euid = uid;
    return commit_users(std::move(changed));
}

SyscallResult sys_setgid(u32 gid)
{
    if (gid == unchanged)
        return Errno::einval;
    auto changed = TRY(prepare());
    if (capable(Capability::setgid))
        changed->gid = changed->sgid = gid;
    else if (gid != changed->gid && gid != changed->sgid)
        return Errno::eperm;
    changed->egid = gid;
    return commit_groups(std::move(changed));
}

SyscallResult sys_setreuid(u32 real, u32 effective)
{
    auto changed = TRY(prepare());
    const Credentials& old = credentials();
    if (!capable(Capability::setuid) &&
        (!is_one_of(real, old.uid, old.euid) || !is_one_of(effective, old.uid, old.euid, old.suid)))
        return Errno::eperm;
    if (real != unchanged)
        changed->uid = real;
    if (effective != unchanged)
        changed->euid = effective;
    if (real != unchanged || (effective != unchanged && effective != old.uid))
        changed->suid = changed->euid;
    return commit_users(std::move(changed));
}

SyscallResult sys_setregid(u32 real, u32 effective)
{
    auto changed = TRY(prepare());
    const Credentials& old = credentials();
    if (!capable(Capability::setgid) &&
        (!is_one_of(real, old.gid, old.egid) || !is_one_of(effective, old.gid, old.egid, old.sgid)))
        return Errno::eperm;
    if (real != unchanged)
        changed->gid = real;
    if (effective != unchanged)
        changed->egid = effective;
    if (real != unchanged || (effective != unchanged && effective != old.gid))
        changed->sgid = changed->egid;
    return commit_groups(std::move(changed));
}

SyscallResult sys_setresuid(u32 real, u32 effective, u32 saved)
{
    auto changed = TRY(prepare());
    const Credentials& old = credentials();
    for (const u32 id : {real, effective, saved})
        if (!capable(Capability::setuid) && !is_one_of(id, old.uid, old.euid, old.suid))
            return Errno::eperm;
    if (real != unchanged)
        changed->uid = real;
    if (effective != unchanged)
        changed->euid = effective;
    if (saved != unchanged)
        changed->suid = saved;
    return commit_users(std::move(changed));
}

SyscallResult sys_setresgid(u32 real, u32 effective, u32 saved)
{
    auto changed = TRY(prepare());
    const Credentials& old = credentials();
    for (const u32 id : {real, effective, saved})
        if (!capable(Capability::setgid) && !is_one_of(id, old.gid, old.egid, old.sgid))
            return Errno::eperm;
    if (real != unchanged)
        changed->gid = real;
    if (effective != unchanged)
        changed->egid = effective;
    if (saved != unchanged)
        changed->sgid = saved;
    return commit_groups(std::move(changed));
}

SyscallResult sys_getresuid(UserOut<u32> real, UserOut<u32> effective, UserOut<u32> saved)
{
    TRY(real.write(credentials().uid));
    TRY(effective.write(credentials().euid));
    TRY(saved.write(credentials().suid));
    return 0;
}

SyscallResult sys_getresgid(UserOut<u32> real, UserOut<u32> effective, UserOut<u32> saved)
{
    TRY(real.write(credentials().gid));
    TRY(effective.write(credentials().egid));
    TRY(saved.write(credentials().sgid));
    return 0;
}

/// The one before, whether it has been changed or not: as the manual says, a bug that is here to stay.
SyscallResult sys_setfsuid(u32 uid)
{
    const Credentials& old = credentials();
    const u32 before = old.fsuid;
    if (uid == unchanged || (!is_one_of(uid, old.uid, old.euid, old.suid, old.fsuid) && !capable(Capability::setuid)))
        return before;
    auto changed = TRY(prepare());
    changed->fsuid = uid;
    if (before == 0 && uid != 0)
        changed->effective.bits &= ~file_capabilities.bits;
    if (before != 0 && uid == 0)
        changed->effective.bits |= changed->permitted.bits & file_capabilities.bits;
    TRY(commit(std::move(changed)));
    return before;
}

SyscallResult sys_setfsgid(u32 gid)
{
    const Credentials& old = credentials();
    const u32 before = old.fsgid;
    if (gid == unchanged || (!is_one_of(gid, old.gid, old.egid, old.sgid, old.fsgid) && !capable(Capability::setgid)))
        return before;
    auto changed = TRY(prepare());
    changed->fsgid = gid;
    TRY(commit(std::move(changed)));
    return before;
}

SyscallResult sys_getgroups(i32 size, UserBytes list)
{
    if (size < 0)
        return Errno::einval;
    const Ref<GroupList>& groups = credentials().groups;
    const std::span<const u32> all = groups ? std::as_const(*groups).groups() : std::span<const u32>{};
    if (size != 0) {
        if (all.size() > static_cast<u32>(size))
            return Errno::einval;
        TRY(list.write(std::as_bytes(all)));
    }
    return static_cast<i64>(all.size());
}

SyscallResult sys_setgroups(i32 size, UserBytes list)
{
    if (!capable(Capability::setgid))
        return Errno::eperm;
    if (size < 0 || static_cast<u32>(size) > GroupList::max_groups)
        return Errno::einval;
    auto groups = TRY(GroupList::with_room_for(static_cast<u32>(size)));
    TRY(list.read(std::as_writable_bytes(groups->groups())));
    groups->sort();
    auto changed = TRY(prepare());
    changed->groups = std::move(groups);
    return commit(std::move(changed));
}

namespace {

/// struct __user_cap_header_struct and one of the __user_cap_data_struct (linux/capability.h).
struct CapabilityData {
    u32 effective;
    u32 permitted;
    u32 inheritable;
};

constexpr u32 version_1 = 0x1998'0330; ///< with one word of each set
constexpr u32 version_2 = 0x2007'1026; ///< with two
constexpr u32 version_3 = 0x2008'0522; ///< the same

/// How many words each set has. EINVAL for a version that nobody knows; the header says then which one is known.
Result<u32> check_version(UserOut<CapabilityHeader> header, CapabilityHeader asked)
{
    switch (asked.version) {
    case version_1: return 1U;
    case version_2:
    case version_3: return 2U;
    default:
        asked.version = version_3;
        TRY(header.write(asked));
        return Errno::einval;
    }
}

Result<Ref<Credentials>> credentials_of(i32 pid)
{
    if (pid < 0)
        return Errno::einval;
    return proc::processes().with([&](proc::ProcessTable& table) -> Result<Ref<Credentials>> {
        const Thread* const thread = pid == 0 ? &Thread::current() : table.find_thread(static_cast<Pid>(pid));
        if (thread == nullptr)
            return Errno::esrch;
        return thread->credentials;
    });
}

CapabilitySet join(u32 low, u32 high) { return CapabilitySet{(u64{high} << 32 | low) & all_capabilities.bits}; }

} // namespace

SyscallResult sys_capget(UserOut<CapabilityHeader> header, UserBytes data)
{
    const CapabilityHeader asked = TRY(UserIn<CapabilityHeader>{header.address}.read());
    const auto words = check_version(header, asked);
    if (!words)
        return data.is_null() && words.error() == Errno::einval ? SyscallResult{0} : words.error();
    const auto who = TRY(credentials_of(asked.pid));
    CapabilityData result[2] = {};
    for (unsigned word = 0; word < words.value(); ++word) {
        const unsigned shift = 32 * word;
        result[word] = {static_cast<u32>(who->effective.bits >> shift), static_cast<u32>(who->permitted.bits >> shift),
                        static_cast<u32>(who->inheritable.bits >> shift)};
    }
    TRY(data.write(std::as_bytes(std::span{result}.first(words.value()))));
    return 0;
}

SyscallResult sys_capset(UserOut<CapabilityHeader> header, UserBytes data)
{
    const CapabilityHeader asked = TRY(UserIn<CapabilityHeader>{header.address}.read());
    const u32 words = TRY(check_version(header, asked));
    if (asked.pid != 0 && asked.pid != static_cast<i32>(Thread::current().tid))
        return Errno::eperm;
    CapabilityData wanted[2] = {};
    TRY(data.read(std::as_writable_bytes(std::span{wanted}.first(words))));
    auto changed = TRY(prepare());
    const Credentials& old = credentials();
    changed->effective = join(wanted[0].effective, wanted[1].effective);
    changed->permitted = join(wanted[0].permitted, wanted[1].permitted);
    changed->inheritable = join(wanted[0].inheritable, wanted[1].inheritable);
    const CapabilitySet inheritable_bound{old.inheritable.bits |
                                          (capable(Capability::setpcap) ? old.bounding.bits : old.permitted.bits)};
    if (!changed->inheritable.is_subset_of(inheritable_bound) || !changed->permitted.is_subset_of(old.permitted) ||
        !changed->effective.is_subset_of(changed->permitted))
        return Errno::eperm;
    changed->ambient.bits &= changed->permitted.bits & changed->inheritable.bits;
    return commit(std::move(changed));
}

} // namespace kernel::syscall
