#include "kernel/fs/permission.hpp"

namespace kernel::fs {
namespace {

constexpr u32 all_access = access_execute | access_write | access_read;

u32 granted_by_mode(const Inode& inode, const Credentials& who)
{
    const u32 permissions = inode.permissions();
    if (who.fsuid == inode.uid())
        return (permissions >> 6U) & all_access;
    if (who.in_group(inode.gid()))
        return (permissions >> 3U) & all_access;
    return permissions & all_access;
}

bool granted_by_capability(const Inode& inode, u32 access, const Credentials& who)
{
    const bool writes = (access & access_write) != 0;
    const bool executes = (access & access_execute) != 0;
    if (inode.is_directory())
        return who.capable(Capability::dac_override) || (!writes && who.capable(Capability::dac_read_search));
    // Execution takes more than to be root: somebody must be allowed to.
    if ((!executes || (inode.permissions() & any_execute) != 0) && who.capable(Capability::dac_override))
        return true;
    return access == access_read && who.capable(Capability::dac_read_search);
}

} // namespace

Result<void> check_access(const Inode& inode, u32 access, const Credentials& who)
{
    if ((access & ~granted_by_mode(inode, who)) == 0 || granted_by_capability(inode, access, who))
        return {};
    return Errno::eacces;
}

Result<void> check_writable(const Mount& mount)
{
    if (mount.is_read_only())
        return Errno::erofs;
    return {};
}

Result<void> check_access(const Path& path, u32 access, const Credentials& who)
{
    const FileType type = path.inode().type();
    const bool on_disk = type == FileType::regular || type == FileType::directory || type == FileType::symlink;
    if ((access & access_write) != 0 && on_disk)
        TRY(check_writable(*path.mount));
    return check_access(path.inode(), access, who);
}

bool is_owner(const Inode& inode, const Credentials& who)
{
    return who.fsuid == inode.uid() || who.capable(Capability::fowner);
}

Result<void> check_create(const Path& directory, const Credentials& who)
{
    if (directory.dentry->is_deleted())
        return Errno::enoent;
    return check_access(directory.inode(), access_write | access_execute, who);
}

Result<void> check_remove(const Path& directory, const Inode& inode, const Credentials& who)
{
    TRY(check_access(directory.inode(), access_write | access_execute, who));
    const bool protects = (directory.inode().permissions() & sticky) != 0;
    if (protects && who.fsuid != inode.uid() && who.fsuid != directory.inode().uid() &&
        !who.capable(Capability::fowner))
        return Errno::eperm;
    return {};
}

void inherit_owner(const Inode& directory, const Credentials& who, NewInode& what)
{
    what.uid = who.fsuid;
    what.gid = who.fsgid;
    if ((directory.permissions() & set_group) == 0)
        return;
    what.gid = directory.gid();
    if (what.type == FileType::directory)
        what.permissions |= set_group;
    else if ((what.permissions & (set_group | group_execute)) == (set_group | group_execute) &&
             !who.in_group(what.gid) && !who.capable(Capability::fsetid))
        what.permissions &= ~u32{set_group};
}

void clear_privilege(Inode& inode, const Credentials& who)
{
    const u32 permissions = inode.permissions();
    if (!inode.is_regular() || (permissions & (set_user | set_group)) == 0 || who.capable(Capability::fsetid))
        return;
    u32 cleared = set_user;
    if ((permissions & group_execute) != 0) // without it the bit means mandatory locking
        cleared |= set_group;
    inode.set_permissions(permissions & ~cleared);
}

} // namespace kernel::fs
