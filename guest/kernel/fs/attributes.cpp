#include "kernel/fs/attributes.hpp"

namespace kernel::fs {
namespace {

Result<void> check_writable(const Place& place)
{
    return place.path == nullptr ? Result<void>{} : check_writable(*place.path->mount);
}

bool may_change_owner(const Inode& inode, u32 uid, u32 gid, const Credentials& who)
{
    if (who.capable(Capability::chown))
        return true;
    if (who.fsuid != inode.uid())
        return uid == same_id && gid == same_id;
    const bool keeps_user = uid == same_id || uid == inode.uid();
    const bool known_group = gid == same_id || gid == inode.gid() || who.in_group(gid);
    return keeps_user && known_group;
}

} // namespace

Result<void> change_mode(const Place& place, u32 mode, const Credentials& who)
{
    Inode& inode = place.inode;
    if (inode.is_symlink())
        return Errno::eopnotsupp;
    TRY(check_writable(place));
    if (!is_owner(inode, who))
        return Errno::eperm;
    if (!who.in_group(inode.gid()) && !who.capable(Capability::fsetid))
        mode &= ~u32{set_group};
    inode.set_permissions(mode);
    inode.note_change(now());
    return {};
}

Result<void> change_owner(const Place& place, u32 uid, u32 gid, const Credentials& who)
{
    Inode& inode = place.inode;
    TRY(check_writable(place));
    if (!may_change_owner(inode, uid, gid, who))
        return Errno::eperm;
    inode.set_owner(uid == same_id ? inode.uid() : uid, gid == same_id ? inode.gid() : gid);
    if (!inode.is_directory()) { // even for root: the new owner did not make the file one that runs as him
        const u32 permissions = inode.permissions();
        const u32 cleared = set_user | ((permissions & group_execute) != 0 ? u32{set_group} : 0U);
        inode.set_permissions(permissions & ~cleared);
    }
    inode.note_change(now());
    return {};
}

Result<void> change_times(const Place& place, const TimeChange& accessed, const TimeChange& modified,
                          const Credentials& who)
{
    using Kind = TimeChange::Kind;
    Inode& inode = place.inode;
    TRY(check_writable(place));
    // To set both to now, one needs no more than to be able to write.
    const bool touches = accessed.kind == Kind::now && modified.kind == Kind::now;
    if (!is_owner(inode, who)) {
        if (!touches)
            return Errno::eperm;
        TRY(check_access(inode, access_write, who));
    }
    const TimeStamp time = now();
    const auto change = [&](TimeStamp& stamp, const TimeChange& to) {
        if (to.kind != Kind::keep)
            stamp = to.kind == Kind::now ? time : to.time;
    };
    inode.change_times([&](Inode::Times& times) {
        change(times.accessed, accessed);
        change(times.modified, modified);
        times.changed = time;
    });
    return {};
}

} // namespace kernel::fs
