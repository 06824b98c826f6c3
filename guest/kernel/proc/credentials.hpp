#pragma once

#include "lib/ref.hpp"
#include "lib/types.hpp"

#include <span>

namespace kernel {

/// What root may and others may not, one by one (linux/capability.h).
enum class Capability : u8 {
    chown = 0,
    dac_override = 1,
    dac_read_search = 2,
    fowner = 3,
    fsetid = 4,
    kill = 5,
    setgid = 6,
    setuid = 7,
    setpcap = 8,
    linux_immutable = 9,
    net_bind_service = 10,
    net_broadcast = 11,
    net_admin = 12,
    net_raw = 13,
    ipc_lock = 14,
    ipc_owner = 15,
    sys_module = 16,
    sys_rawio = 17,
    sys_chroot = 18,
    sys_ptrace = 19,
    sys_pacct = 20,
    sys_admin = 21,
    sys_boot = 22,
    sys_nice = 23,
    sys_resource = 24,
    sys_time = 25,
    sys_tty_config = 26,
    mknod = 27,
    lease = 28,
    audit_write = 29,
    audit_control = 30,
    setfcap = 31,
    mac_override = 32,
    mac_admin = 33,
    syslog = 34,
    wake_alarm = 35,
    block_suspend = 36,
    audit_read = 37,
    perfmon = 38,
    bpf = 39,
    checkpoint_restore = 40,
};

struct CapabilitySet {
    u64 bits = 0;

    static constexpr u64 bit(Capability capability) { return u64{1} << static_cast<u8>(capability); }
    constexpr bool contains(Capability capability) const { return (bits & bit(capability)) != 0; }
    constexpr bool is_subset_of(CapabilitySet other) const { return (bits & ~other.bits) == 0; }
    friend constexpr bool operator==(CapabilitySet, CapabilitySet) = default;
};
inline constexpr CapabilitySet all_capabilities{(u64{1} << 41) - 1};

/// Supplementary groups, in order of their numbers. Not changed once they are anybody's.
class GroupList final : public RefCounted {
public:
    static constexpr u32 max_groups = 65536; ///< NGROUPS_MAX

    /// With room for `count`, to be filled and sorted before anybody else sees it. ENOMEM.
    static Result<Ref<GroupList>> with_room_for(u32 count);
    ~GroupList() override;

    std::span<u32> groups() { return {groups_, count_}; }
    std::span<const u32> groups() const { return {groups_, count_}; }
    bool contains(u32 group) const;
    void sort();

    /// For with_room_for().
    GroupList(u32* groups, u32 count) : groups_{groups}, count_{count} {}

private:
    u32* groups_;
    u32 count_;
};

/// Who a task acts as: credentials(7). Never changed once it is anybody's: a task takes on new ones instead.
class Credentials final : public RefCounted {
public:
    u32 uid = 0, gid = 0;     ///< real: who started it
    u32 euid = 0, egid = 0;   ///< effective: as whom it acts
    u32 suid = 0, sgid = 0;   ///< saved
    u32 fsuid = 0, fsgid = 0; ///< as whom it uses files
    Ref<GroupList> groups;    ///< null: none
    CapabilitySet inheritable;
    CapabilitySet permitted = all_capabilities;
    CapabilitySet effective = all_capabilities;
    CapabilitySet bounding = all_capabilities;
    CapabilitySet ambient;
    u32 secure_bits = 0; ///< PR_SET_SECUREBITS; SECBIT_KEEP_CAPS among them
    bool no_new_privileges = false;

    Credentials() = default;
    explicit Credentials(const Credentials& other)
        : uid{other.uid},
          gid{other.gid},
          euid{other.euid},
          egid{other.egid},
          suid{other.suid},
          sgid{other.sgid},
          fsuid{other.fsuid},
          fsgid{other.fsgid},
          groups{other.groups},
          inheritable{other.inheritable},
          permitted{other.permitted},
          effective{other.effective},
          bounding{other.bounding},
          ambient{other.ambient},
          secure_bits{other.secure_bits},
          no_new_privileges{other.no_new_privileges}
    {}

    bool capable(Capability capability) const { return effective.contains(capability); }
    /// Whether `group` is the file-system group or a supplementary one.
    bool in_group(u32 group) const { return group == fsgid || (groups && groups->contains(group)); }
    /// The same by the effective group, for all that is no file.
    bool in_effective_group(u32 group) const { return group == egid || (groups && groups->contains(group)); }
};

/// Before the first process.
void set_up_credentials();

/// Of the running task; kernel threads are root. They stay while the system call lasts, unless it changes them.
const Credentials& credentials();
/// Whether the running task may.
inline bool capable(Capability capability) { return credentials().capable(capability); }
/// A reference to keep, for what outlives the call.
Ref<Credentials> credentials_reference();

} // namespace kernel
