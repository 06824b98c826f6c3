#include "kernel/fs/walk.hpp"

#include "kernel/fs/tree_lock.hpp"
#include "kernel/mm/heap.hpp"

#include <utility>

namespace kernel::fs {
namespace {

/// Takes the next component off the front of `path`, with the slashes before it.
std::string_view take_component(std::string_view& path)
{
    while (!path.empty() && path.front() == '/')
        path.remove_prefix(1);
    std::size_t length = 0;
    while (length < path.size() && path[length] != '/')
        ++length;
    const std::string_view component{path.data(), length};
    path.remove_prefix(length);
    return component;
}

bool is_only_slashes(std::string_view path)
{
    for (const char character : path)
        if (character != '/')
            return false;
    return true;
}

/// With names() held.
Result<Ref<Dentry>> ask_directory(const Ref<Dentry>& directory, std::string_view name)
{
    if (directory->is_deleted())
        return Ref<Dentry>{};
    auto inode = directory->inode().lookup(name);
    if (inode)
        return directory->add_child(name, inode.release());
    if (inode.error() != Errno::enoent)
        return inode.error();
    if (directory->inode().name_caching() == NameCaching::all)
        TRY(directory->add_child(name, {}));
    return Ref<Dentry>{};
}

Result<Ref<Dentry>> find_known(const Ref<Dentry>& directory, std::string_view name, bool& known)
{
    known = false;
    if (name.size() > max_name_length)
        return Errno::enametoolong;
    if (directory->inode().name_caching() == NameCaching::none)
        return Ref<Dentry>{};
    return directory->find_child(name, known);
}

} // namespace

Result<Ref<Dentry>> look_up_locked(const Ref<Dentry>& directory, std::string_view name)
{
    bool known = false;
    auto found = find_known(directory, name, known);
    return known || !found ? std::move(found) : ask_directory(directory, name);
}

Result<Ref<Dentry>> Walk::look_up(std::string_view name) const
{
    bool known = false;
    auto found = find_known(at_.dentry, name, known);
    if (known || !found)
        return found;
    if ((flags_ & only_known) != 0)
        return Errno::eagain;
    const RwSemaphore::SharedGuard guard{at_.mount->super_block().names()};
    return look_up_locked(at_.dentry, name);
}

Result<void> Walk::begin()
{
    begun_ = true;
    root_ = (flags_ & (start_is_root | stay_beneath)) != 0 ? view_.start : view_.root;
    if (rest_.empty() && (flags_ & allow_empty) == 0)
        return Errno::enoent;
    if (!rest_.empty() && rest_.front() == '/')
        return to_root();
    at_ = view_.start;
    return {};
}

Result<void> Walk::to_root()
{
    if ((flags_ & stay_beneath) != 0)
        return Errno::exdev;
    if ((flags_ & stay_on_mount) != 0 && at_ && at_.mount.get() != root_.mount.get())
        return Errno::exdev;
    at_ = root_;
    return {};
}

Result<void> Walk::cross_mounts(Path& path) const
{
    while (path.dentry->mount_count() != 0) {
        Ref<Mount> mounted = path.mount->mounted_at(*path.dentry);
        if (!mounted)
            break;
        if ((flags_ & stay_on_mount) != 0)
            return Errno::exdev;
        path.dentry = mounted->root();
        path.mount = std::move(mounted);
    }
    return {};
}

Result<Path> Walk::place_of(Ref<Dentry> dentry)
{
    Path path{at_.mount, std::move(dentry)};
    TRY(cross_mounts(path));
    return path;
}

/// "..": out of mounts, but not of the root.
Result<void> Walk::go_up()
{
    if (at_ == root_)
        return (flags_ & stay_beneath) != 0 ? Result<void>{Errno::exdev} : Result<void>{};
    Path above = at_;
    bool crossed = false;
    {
        const RwLock::SharedGuard guard{tree_lock()};
        const Mount* mount = at_.mount.get();
        const Dentry* dentry = at_.dentry.get();
        while (dentry == mount->root().get() && mount->parent() != nullptr &&
               !(dentry == root_.dentry.get() && mount == root_.mount.get())) {
            dentry = mount->mountpoint();
            mount = mount->parent();
            crossed = true;
        }
        const bool stays =
            dentry == mount->root().get() || (dentry == root_.dentry.get() && mount == root_.mount.get());
        if (!stays && dentry->parent() != nullptr)
            dentry = dentry->parent();
        // What was there is dropped with no lock held: `above` and at_ both have a reference.
        Path next{Ref<Mount>::share(const_cast<Mount*>(mount)), Ref<Dentry>::share(const_cast<Dentry*>(dentry))};
        std::swap(above.mount, next.mount);
        std::swap(above.dentry, next.dentry);
    }
    if (crossed && (flags_ & stay_on_mount) != 0)
        return Errno::exdev;
    TRY(cross_mounts(above));
    at_ = std::move(above);
    return {};
}

Result<void> Walk::enter(Ref<Dentry> dentry)
{
    at_ = TRY(place_of(std::move(dentry)));
    return {};
}

/// Goes on behind the link in whose target the walk has come to the end.
bool Walk::pop()
{
    if (depth_ == 0)
        return false;
    Frame& frame = frames_->frames[--depth_];
    rest_ = frame.rest;
    current_link_ = std::move(frame.link);
    return true;
}

Result<void> Walk::to_last()
{
    if (!begun_)
        TRY(begin());
    kind_ = LastKind::root;
    name_ = {};
    for (;;) {
        const std::string_view name = take_component(rest_);
        if (name.empty()) {
            if (!pop())
                return {};
            continue;
        }
        if (!at_.inode().is_directory())
            return Errno::enotdir;
        TRY(check_access(at_.inode(), access_execute, view_.who));
        const bool at_end = depth_ == 0 && is_only_slashes(rest_);
        if (at_end) {
            slash_ |= !rest_.empty();
            rest_ = {};
            name_ = name;
            kind_ = name == "." ? LastKind::dot : name == ".." ? LastKind::dot_dot : LastKind::name;
            return {};
        }
        if (name == ".")
            continue;
        if (name == "..") {
            TRY(go_up());
            continue;
        }
        Ref<Dentry> next = TRY(look_up(name));
        if (!next)
            return Errno::enoent;
        if (next->inode().is_symlink())
            TRY(follow(next));
        else
            TRY(enter(std::move(next)));
    }
}

bool Walk::follows(const Dentry& dentry) const
{
    return dentry.inode().is_symlink() && ((flags_ & keep_last_link) == 0 || slash_);
}

Result<bool> Walk::follow(const Ref<Dentry>& link)
{
    if ((flags_ & no_links) != 0 || ++links_ > most_links)
        return Errno::eloop;
    auto magic = link->inode().magic_target();
    if (!magic && magic.error() != Errno::einval)
        return magic.error();
    if (magic) {
        if ((flags_ & no_magic_links) != 0)
            return Errno::eloop;
        if ((flags_ & (stay_beneath | start_is_root)) != 0)
            return Errno::exdev;
        if ((flags_ & stay_on_mount) != 0 && magic.value().mount.get() != at_.mount.get())
            return Errno::exdev;
        at_ = magic.release();
        return false;
    }
    const std::string_view target = TRY(link->inode().link_target());
    if (target.empty())
        return Errno::enoent;
    if (!is_only_slashes(rest_)) {
        if (!frames_)
            frames_ = TRY(make_box<Frames>());
        frames_->frames[depth_++] = {std::move(current_link_), rest_};
    }
    rest_ = target;
    current_link_ = link;
    if (target.front() == '/')
        TRY(to_root());
    return true;
}

Result<Path> Walk::place_of_dots()
{
    if (kind_ == LastKind::dot_dot)
        TRY(go_up());
    return at_;
}

Result<Path> Walk::find()
{
    for (;;) {
        TRY(to_last());
        Path place;
        if (kind_ != LastKind::name) {
            place = TRY(place_of_dots());
        } else {
            const Ref<Dentry> last = TRY(look_up());
            if (!last)
                return Errno::enoent;
            if (follows(*last)) {
                if (TRY(follow(last)))
                    continue;
                place = at_;
            } else {
                place = TRY(place_of(last));
            }
        }
        if ((slash_ || (flags_ & want_directory) != 0) && !place.inode().is_directory())
            return Errno::enotdir;
        return place;
    }
}

} // namespace kernel::fs
