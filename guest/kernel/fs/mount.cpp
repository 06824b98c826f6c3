#include "kernel/fs/mount.hpp"

#include "kernel/fs/dentry_cache.hpp"
#include "kernel/fs/path.hpp"
#include "kernel/fs/tree_lock.hpp"
#include "kernel/mm/heap.hpp"

namespace kernel::fs {
namespace {

/// Pairs with itself on other CPUs: numbers must differ.
constinit Atomic<u32> last_id;

} // namespace

Mount::Mount(Ref<Dentry> root, u32 flags, std::span<char> source)
    : root_{std::move(root)}, id_{last_id.add_fetch(1, Order::relaxed)}, flags_{flags}, source_{source}
{}

Mount::~Mount() { mm::kfree(source_.data()); }

Result<Ref<Mount>> Mount::make(Ref<Dentry> root, std::string_view source, u32 flags)
{
    auto* const copy = static_cast<char*>(mm::kmalloc(source.size() + 1));
    if (copy == nullptr)
        return Errno::enomem;
    __builtin_memcpy(copy, source.data(), source.size());
    auto mount = make_ref<Mount>(std::move(root), flags & lasting_mount_flags, std::span<char>{copy, source.size()});
    if (!mount)
        mm::kfree(copy);
    return mount;
}

Ref<Mount> Mount::mounted_at(const Dentry& dentry)
{
    if (dentry.mount_count() == 0)
        return {};
    const RwLock::SharedGuard guard{tree_lock()};
    if (namespace_ == nullptr)
        return {};
    for (Mount& mount : namespace_->mounts_)
        if (mount.parent_ == this && mount.mountpoint_.get() == &dentry)
            return Ref<Mount>::share(&mount);
    return {};
}

Result<Ref<MountNamespace>> MountNamespace::make(Ref<Mount> root)
{
    Ref<MountNamespace> made = TRY(make_ref<MountNamespace>());
    root->namespace_ = made.get();
    made->mounts_.push_back(*root.leak());
    return made;
}

MountNamespace::~MountNamespace()
{
    Mounts mounts;
    {
        const RwLock::Guard guard{tree_lock()};
        for (Mount& mount : mounts_) {
            mount.namespace_ = nullptr;
            mount.parent_ = nullptr;
        }
        mounts.swap(mounts_);
    }
    mounts.clear_and_dispose([](Mount* mount) {
        if (const Ref<Dentry> mountpoint = std::move(mount->mountpoint_))
            mountpoint->add_mounts(-1);
        const Ref<Mount> dropped = Ref<Mount>::adopt(mount);
    });
}

Ref<Mount> MountNamespace::at(u32 index) const
{
    const RwLock::SharedGuard guard{tree_lock()};
    for (const Mount& mount : mounts_)
        if (index-- == 0)
            return Ref<Mount>::share(const_cast<Mount*>(&mount));
    return {};
}

Ref<Mount> MountNamespace::root() const { return at(0); }

/// With the tree lock held.
bool MountNamespace::is_below(const Mount& mount, const Mount& other)
{
    for (const Mount* above = &mount; above != nullptr; above = above->parent_)
        if (above == &other)
            return true;
    return false;
}

/// With the tree lock held.
Result<void> MountNamespace::check_place(const Path& place) const
{
    if (place.dentry->is_deleted())
        return Errno::enoent;
    if (place.mount->namespace_ != this)
        return Errno::einval;
    return {};
}

Result<void> MountNamespace::attach(Ref<Mount> mount, const Path& place)
{
    const RwLock::Guard guard{tree_lock()};
    TRY(check_place(place));
    const bool same = place.dentry.get() == place.mount->root_.get() && mount->root_.get() == place.dentry.get();
    if (same)
        return Errno::ebusy;
    mount->parent_ = place.mount.get();
    mount->mountpoint_ = place.dentry;
    mount->namespace_ = this;
    place.dentry->add_mounts(1);
    mounts_.push_back(*mount.leak());
    return {};
}

/// The mount and all that are on it, in their order, with the tree lock held.
void MountNamespace::unlist(Mount& mount, Mounts& taken)
{
    for (auto at = mounts_.begin(); at != mounts_.end();) {
        Mount& other = *at;
        ++at;
        if (!is_below(other, mount))
            continue;
        mounts_.erase(mounts_.iterator_to(other));
        taken.push_back(other);
    }
}

/// They are nowhere then.
void MountNamespace::take_out(Mount& mount, Mounts& taken)
{
    unlist(mount, taken);
    for (Mount& other : taken) {
        other.parent_ = nullptr;
        other.namespace_ = nullptr;
    }
}

Result<void> MountNamespace::detach(Mount& mount, bool lazily)
{
    constexpr u32 unused = 2; // the namespace's reference, and the caller's
    Mounts taken;
    const SuperBlock& super_block = mount.super_block();
    {
        const RwLock::Guard guard{tree_lock()};
        if (mount.namespace_ != this || mount.parent_ == nullptr)
            return Errno::einval;
        bool busy = mount.reference_count() > unused;
        for (const Mount& other : mounts_)
            busy |= other.parent_ == &mount;
        if (busy && !lazily)
            return Errno::ebusy;
        take_out(mount, taken);
    }
    dentry_cache().forget_all(super_block);
    taken.clear_and_dispose([](Mount* gone) {
        const Ref<Dentry> mountpoint = std::move(gone->mountpoint_);
        mountpoint->add_mounts(-1);
        const Ref<Mount> dropped = Ref<Mount>::adopt(gone);
    });
    return {};
}

Result<void> MountNamespace::move(Mount& mount, const Path& place)
{
    Ref<Dentry> old_place = place.dentry; // the old one is dropped with no lock held
    const RwLock::Guard guard{tree_lock()};
    TRY(check_place(place));
    if (mount.namespace_ != this || mount.parent_ == nullptr)
        return Errno::einval;
    if (is_below(*place.mount, mount))
        return Errno::eloop;
    std::swap(mount.mountpoint_, old_place);
    mount.parent_ = place.mount.get();
    old_place->add_mounts(-1);
    mount.mountpoint_->add_mounts(1);
    // Behind its new parent, and what is on it behind it.
    Mounts moved;
    unlist(mount, moved);
    mounts_.splice(mounts_.end(), moved);
    return {};
}

} // namespace kernel::fs
