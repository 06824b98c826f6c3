#include "kernel/fs/file_system.hpp"

namespace kernel::fs {
namespace {

constexpr u32 tmpfile_bit = open_temporary & ~u32{open_directory};

/// What a file must be accessible for to be opened.
u32 access_of(u32 flags)
{
    constexpr u32 by_mode[] = {access_read, access_write, access_read | access_write, access_read | access_write};
    u32 access = by_mode[flags & open_access_mode];
    if ((flags & open_truncate) != 0)
        access |= access_write;
    return access;
}

/// Drops flags that mean nothing together. EINVAL.
Result<u32> checked_flags(u32 flags)
{
    if ((flags & open_path) != 0)
        return flags & (open_directory | open_no_follow | open_path | open_close_on_exec);
    if ((flags & tmpfile_bit) != 0) {
        if ((flags & open_directory) == 0 || (flags & open_create) != 0 || (access_of(flags) & access_write) == 0)
            return Errno::einval;
        return flags;
    }
    if ((flags & (open_directory | open_create)) == (open_directory | open_create))
        return Errno::einval;
    return flags;
}

Result<void> check_type(const Path& path, u32 flags)
{
    switch (path.inode().type()) {
    case FileType::symlink: return Errno::eloop;
    case FileType::directory: return (access_of(flags) & access_write) != 0 ? Errno::eisdir : Result<void>{};
    case FileType::character_device:
    case FileType::block_device: return (path.mount->flags() & mount_no_devices) != 0 ? Errno::eacces : Result<void>{};
    default: return {};
    }
}

Result<Ref<File>> open_found(const Path& path, u32 flags)
{
    auto file = TRY(path.inode().open(flags));
    file->set_path(path);
    return file;
}

/// An O_PATH file: a place, and nothing that could be done to it.
class PlaceFile final : public File {
public:
    PlaceFile(Ref<Inode> inode, u32 flags) : File{std::move(inode), flags} {}
};

/// A walk that may make the file at its end.
class Opening {
public:
    Opening(const View& view, std::string_view path, const OpenHow& how, u32 flags)
        : view_{view}, how_{how}, flags_{flags}, walk_{view, path, walk_flags(how, flags)}
    {}

    Result<Ref<File>> run();

private:
    bool creates() const { return (flags_ & open_create) != 0; }
    static u32 walk_flags(const OpenHow& how, u32 flags)
    {
        const bool exclusive = (flags & open_create) != 0 && (flags & open_exclusive) != 0;
        u32 walk = how.walk_flags;
        if ((flags & open_no_follow) != 0 || exclusive)
            walk |= keep_last_link;
        if ((flags & open_directory) != 0)
            walk |= want_directory;
        return walk;
    }
    Result<Path> find_or_make();
    Result<Ref<Dentry>> last_component();
    Result<Ref<File>> open_new(const Path& path);

    const View& view_;
    const OpenHow& how_;
    u32 flags_;
    Walk walk_;
    bool made_ = false;
};

Result<Ref<Dentry>> Opening::last_component()
{
    auto found = walk_.look_up();
    if (!found || found.value())
        return found;
    const NewInode what{.type = FileType::regular, .permissions = how_.permissions};
    const RwSemaphore::Guard guard{walk_.directory().mount->super_block().names()};
    return create_file(walk_.directory(), walk_.name(), what, view_.who, made_);
}

Result<Path> Opening::find_or_make()
{
    if (!creates())
        return walk_.find();
    for (;;) {
        TRY(walk_.to_last());
        if (walk_.kind() != LastKind::name)
            return walk_.place_of_dots();
        if (walk_.has_slash())
            return Errno::eisdir;
        const Ref<Dentry> last = TRY(last_component());
        if (!made_ && (flags_ & open_exclusive) != 0)
            return Errno::eexist;
        if (!walk_.follows(*last))
            return walk_.place_of(last);
        if (!TRY(walk_.follow(last)))
            return walk_.directory();
    }
}

/// Whoever made a file may use it as asked, whatever its permissions.
Result<Ref<File>> Opening::open_new(const Path& path) { return open_found(path, flags_); }

Result<Ref<File>> Opening::run()
{
    const Path path = TRY(find_or_make());
    if (made_)
        return open_new(path);
    if (creates() && path.inode().is_directory())
        return (flags_ & open_exclusive) != 0 ? Errno::eexist : Errno::eisdir;
    return open_place(path, flags_, view_.who);
}

Result<Ref<File>> open_unnamed(const View& view, std::string_view path, const OpenHow& how)
{
    const Path directory = TRY(find(view, path, how.walk_flags | want_directory));
    TRY(check_writable(*directory.mount));
    TRY(check_create(directory, view.who));
    NewInode what{.type = FileType::regular, .permissions = how.permissions};
    inherit_owner(directory.inode(), view.who, what);
    auto inode = TRY(directory.inode().make_unnamed(what));
    FormatBuffer<24> name;
    format_to(name, "#{}", inode->number());
    auto dentry = TRY(Dentry::make(directory.dentry, name.view(), std::move(inode)));
    dentry->mark_deleted();
    return open_found({directory.mount, std::move(dentry)}, how.flags);
}

} // namespace

Result<Ref<File>> open_place(const Path& path, u32 flags, const Credentials& who)
{
    if ((flags & open_path) != 0) {
        Ref<File> file = TRY(make_ref<PlaceFile>(path.dentry->inode_reference(), flags));
        file->set_path(path);
        return file;
    }
    TRY(check_type(path, flags));
    TRY(check_access(path, access_of(flags), who));
    if ((flags & open_no_access_time) != 0 && !is_owner(path.inode(), who))
        return Errno::eperm;
    auto file = TRY(open_found(path, flags));
    if ((flags & open_truncate) != 0 && path.inode().is_regular())
        TRY(truncate(path.inode(), 0, who));
    return file;
}

Result<Ref<File>> open(const View& view, std::string_view path, const OpenHow& how)
{
    const u32 flags = TRY(checked_flags(how.flags));
    if ((flags & tmpfile_bit) != 0 && (flags & open_path) == 0)
        return open_unnamed(view, path, how);
    return Opening{view, path, how, flags}.run();
}

Result<Ref<File>> open_executable(const View& view, std::string_view path, u32 walk_flags)
{
    const Path found = TRY(find(view, path, walk_flags));
    if (found.inode().is_symlink())
        return Errno::eloop;
    if (!found.inode().is_regular() || (found.mount->flags() & mount_no_execution) != 0)
        return Errno::eacces;
    TRY(check_access(found, access_execute, view.who));
    return open_found(found, open_read_only);
}

Result<void> truncate(Inode& inode, u64 size, const Credentials& who)
{
    const Mutex::Guard guard{inode.content_lock()};
    TRY(inode.truncate(size));
    clear_privilege(inode, who);
    inode.note_modification(now());
    return {};
}

void note_access(const Path& path)
{
    constexpr i64 one_day = i64{24} * 60 * 60;
    const u32 flags = path.mount->flags();
    Inode& inode = path.inode();
    if ((flags & mount_no_access_time) != 0 || path.mount->is_read_only() ||
        ((flags & mount_no_directory_access_time) != 0 && inode.is_directory()))
        return;
    const Inode::Times times = inode.times();
    const bool relative = (flags & mount_relative_access_time) != 0;
    const bool is_old = times.accessed <= times.modified || times.accessed <= times.changed;
    const TimeStamp time = now();
    if (relative && !is_old && time.seconds - times.accessed.seconds < one_day)
        return;
    inode.change_times([&](Inode::Times& change) { change.accessed = time; });
}

} // namespace kernel::fs
