#include "kernel/fs/names.hpp"

namespace kernel::fs {
namespace {

/// Whether link(2) may give somebody else's file a name (Linux's protected_hardlinks).
bool may_be_linked(const Inode& inode, const Credentials& who)
{
    constexpr u32 executes_as_group = set_group | group_execute;
    if (is_owner(inode, who))
        return true;
    const u32 permissions = inode.permissions();
    return inode.is_regular() && (permissions & set_user) == 0 &&
           (permissions & executes_as_group) != executes_as_group &&
           check_access(inode, access_read | access_write, who);
}

/// The last component of a path whose name is to go, with names() held exclusively. ENOENT.
Result<Ref<Dentry>> find_to_remove(const Walk& walk)
{
    Ref<Dentry> found = TRY(look_up_locked(walk.directory().dentry, walk.name()));
    if (!found)
        return Errno::enoent;
    return found;
}

class Renaming {
public:
    Renaming(const Walk& from, const Walk& to, u32 flags, const Credentials& who)
        : from_{from}, to_{to}, flags_{flags}, who_{who}
    {}

    /// With names() held exclusively.
    Result<void> run();

private:
    bool exchanges() const { return (flags_ & rename_exchange) != 0; }
    Result<void> check_names() const;
    Result<void> check_slashes() const;
    Result<void> check_ancestors() const;
    Result<void> check_permissions() const;
    Result<void> check_types() const;

    const Walk& from_;
    const Walk& to_;
    u32 flags_;
    const Credentials& who_;
    Ref<Dentry> old_;
    Ref<Dentry> replaced_; ///< null if nothing has the new name
};

Result<void> Renaming::check_names() const
{
    if (!old_)
        return Errno::enoent;
    if ((flags_ & rename_no_replace) != 0 && replaced_)
        return Errno::eexist;
    if (exchanges() && !replaced_)
        return Errno::enoent;
    return {};
}

/// A slash behind a name means a directory.
Result<void> Renaming::check_slashes() const
{
    if (exchanges() && !replaced_->inode().is_directory() && to_.has_slash())
        return Errno::enotdir;
    if (old_->inode().is_directory())
        return {};
    if (from_.has_slash() || (!exchanges() && to_.has_slash()))
        return Errno::enotdir;
    return {};
}

/// A directory cannot go into itself, nor replace one that it is in.
Result<void> Renaming::check_ancestors() const
{
    const Dentry& to = *to_.directory().dentry;
    const Dentry& from = *from_.directory().dentry;
    if (old_.get() == &to || old_->is_ancestor_of(to))
        return Errno::einval;
    if (replaced_ && (replaced_.get() == &from || replaced_->is_ancestor_of(from)))
        return exchanges() ? Errno::einval : Errno::enotempty;
    return {};
}

Result<void> Renaming::check_permissions() const
{
    TRY(check_remove(from_.directory(), old_->inode(), who_));
    if (!replaced_)
        TRY(check_create(to_.directory(), who_));
    else
        TRY(check_remove(to_.directory(), replaced_->inode(), who_));
    // Its ".." is written.
    if (from_.directory().dentry.get() == to_.directory().dentry.get())
        return {};
    if (old_->inode().is_directory())
        TRY(check_access(old_->inode(), access_write, who_));
    if (exchanges() && replaced_->inode().is_directory())
        TRY(check_access(replaced_->inode(), access_write, who_));
    return {};
}

Result<void> Renaming::check_types() const
{
    if (replaced_ && !exchanges()) {
        const bool is_directory = old_->inode().is_directory();
        if (is_directory && !replaced_->inode().is_directory())
            return Errno::enotdir;
        if (!is_directory && replaced_->inode().is_directory())
            return Errno::eisdir;
    }
    if (old_->mount_count() != 0 || (replaced_ && replaced_->mount_count() != 0))
        return Errno::ebusy;
    return {};
}

Result<void> Renaming::run()
{
    const Ref<Dentry>& from = from_.directory().dentry;
    const Ref<Dentry>& to = to_.directory().dentry;
    old_ = TRY(look_up_locked(from, from_.name()));
    replaced_ = TRY(look_up_locked(to, to_.name()));
    TRY(check_names());
    TRY(check_slashes());
    TRY(check_ancestors());
    if (replaced_ && &old_->inode() == &replaced_->inode())
        return {}; // two names of one file: both stay
    TRY(check_permissions());
    TRY(check_types());
    TRY(from->inode().rename(from_.name(), to->inode(), to_.name(), flags_));
    if (exchanges())
        Dentry::exchange(*old_, *replaced_);
    else
        TRY(Dentry::move(*old_, *to, to_.name(), replaced_.get()));
    return {};
}

/// A new inode under a name that nothing has. The directory's names are locked.
Result<Ref<Dentry>> make_in(const Path& directory, std::string_view name, NewInode what, const Credentials& who)
{
    TRY(check_writable(*directory.mount));
    TRY(check_create(directory, who));
    inherit_owner(directory.inode(), who, what);
    auto inode = TRY(directory.inode().make(name, what));
    return directory.dentry->add_child(name, std::move(inode));
}

} // namespace

Result<Path> make_node(const View& view, std::string_view path, NewInode what)
{
    Walk walk{view, path, keep_last_link};
    TRY(walk.to_last());
    if (walk.kind() != LastKind::name)
        return Errno::eexist;
    const Path& directory = walk.directory();
    const RwSemaphore::Guard guard{directory.mount->super_block().names()};
    if (TRY(look_up_locked(directory.dentry, walk.name())))
        return Errno::eexist;
    if (walk.has_slash() && what.type != FileType::directory)
        return Errno::enoent;
    return Path { directory.mount, TRY(make_in(directory, walk.name(), what, view.who)) };
}

Result<Ref<Dentry>> create_file(const Path& directory, std::string_view name, NewInode what, const Credentials& who,
                                bool& made)
{
    made = false;
    if (Ref<Dentry> found = TRY(look_up_locked(directory.dentry, name)))
        return found;
    auto created = make_in(directory, name, what, who);
    made = static_cast<bool>(created);
    return created;
}

Result<void> link(const Path& file, const View& view, std::string_view path)
{
    Walk walk{view, path, keep_last_link};
    TRY(walk.to_last());
    if (walk.kind() != LastKind::name)
        return Errno::eexist;
    const Path& directory = walk.directory();
    const RwSemaphore::Guard guard{directory.mount->super_block().names()};
    if (TRY(look_up_locked(directory.dentry, walk.name())))
        return Errno::eexist;
    if (walk.has_slash())
        return Errno::enoent;
    TRY(check_writable(*directory.mount));
    if (file.mount.get() != directory.mount.get())
        return Errno::exdev;
    if (!may_be_linked(file.inode(), view.who))
        return Errno::eperm;
    TRY(check_create(directory, view.who));
    if (file.inode().is_directory())
        return Errno::eperm;
    if (file.inode().link_count() == 0)
        return Errno::enoent;
    TRY(directory.inode().link(walk.name(), file.dentry->inode_reference()));
    TRY(directory.dentry->add_child(walk.name(), file.dentry->inode_reference()));
    return {};
}

Result<void> unlink(const View& view, std::string_view path)
{
    Walk walk{view, path, keep_last_link};
    TRY(walk.to_last());
    if (walk.kind() != LastKind::name)
        return Errno::eisdir;
    const Path& directory = walk.directory();
    TRY(check_writable(*directory.mount));
    const RwSemaphore::Guard guard{directory.mount->super_block().names()};
    const Ref<Dentry> last = TRY(find_to_remove(walk));
    if (walk.has_slash())
        return last->inode().is_directory() ? Errno::eisdir : Errno::enotdir;
    TRY(check_remove(directory, last->inode(), view.who));
    if (last->inode().is_directory())
        return Errno::eisdir;
    if (last->mount_count() != 0)
        return Errno::ebusy;
    TRY(directory.inode().unlink(walk.name()));
    last->mark_deleted();
    return {};
}

Result<void> remove_directory(const View& view, std::string_view path)
{
    Walk walk{view, path, keep_last_link};
    TRY(walk.to_last());
    switch (walk.kind()) {
    case LastKind::name: break;
    case LastKind::dot: return Errno::einval;
    case LastKind::dot_dot: return Errno::enotempty;
    case LastKind::root: return Errno::ebusy;
    }
    const Path& directory = walk.directory();
    TRY(check_writable(*directory.mount));
    const RwSemaphore::Guard guard{directory.mount->super_block().names()};
    const Ref<Dentry> last = TRY(find_to_remove(walk));
    TRY(check_remove(directory, last->inode(), view.who));
    if (!last->inode().is_directory())
        return Errno::enotdir;
    if (last->mount_count() != 0)
        return Errno::ebusy;
    TRY(directory.inode().remove_directory(walk.name()));
    last->mark_deleted();
    return {};
}

Result<void> rename(const View& from, std::string_view path, const View& to, std::string_view new_path, u32 flags)
{
    if ((flags & ~u32{rename_no_replace | rename_exchange}) != 0 || flags == (rename_no_replace | rename_exchange))
        return Errno::einval;
    Walk source{from, path, keep_last_link};
    Walk target{to, new_path, keep_last_link};
    TRY(source.to_last());
    TRY(target.to_last());
    const Mount& mount = *source.directory().mount;
    if (&mount != target.directory().mount.get())
        return Errno::exdev;
    if (source.kind() != LastKind::name)
        return Errno::ebusy;
    if (target.kind() != LastKind::name)
        return (flags & rename_no_replace) != 0 ? Errno::eexist : Errno::ebusy;
    TRY(check_writable(mount));
    const RwSemaphore::Guard guard{mount.super_block().names()};
    return Renaming{source, target, flags, from.who}.run();
}

} // namespace kernel::fs
