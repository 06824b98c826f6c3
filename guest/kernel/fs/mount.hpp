#pragma once

#include "kernel/fs/dentry.hpp"
#include "kernel/fs/super_block.hpp"

#include <span>

namespace kernel::fs {

class MountNamespace;
struct Path;

/// mount(2)'s flags (linux/mount.h).
enum MountFlag : u32 {
    mount_read_only = 1,
    mount_no_set_user = 2,
    mount_no_devices = 4,
    mount_no_execution = 8,
    mount_synchronous = 16,
    mount_remount = 32,
    mount_no_access_time = 1024,
    mount_no_directory_access_time = 2048,
    mount_bind = 4096,
    mount_move = 8192,
    mount_recursive = 16384,
    mount_silent = 32768,
    mount_unbindable = 1U << 17U,
    mount_private = 1U << 18U,
    mount_slave = 1U << 19U,
    mount_shared = 1U << 20U,
    mount_relative_access_time = 1U << 21U,
    mount_strict_access_time = 1U << 24U,
};
/// Those that a mount has of its own.
inline constexpr u32 lasting_mount_flags = mount_read_only | mount_no_set_user | mount_no_devices | mount_no_execution |
                                           mount_no_access_time | mount_no_directory_access_time |
                                           mount_relative_access_time;

/// A file system, or a part of one, seen at a place (Linux's vfsmount). Its place, and who is mounted on it, is
/// protected by the tree lock.
///
/// In use as long as somebody but the namespace has a reference.
class Mount final : public RefCounted {
public:
    /// `source`: what /proc/mounts shows. ENOMEM.
    static Result<Ref<Mount>> make(Ref<Dentry> root, std::string_view source, u32 flags);
    /// For make(): takes over the characters.
    Mount(Ref<Dentry> root, u32 flags, std::span<char> source);
    ~Mount() override;

    const Ref<Dentry>& root() const { return root_; }
    SuperBlock& super_block() const { return *root_->inode().super_block(); }
    u32 id() const { return id_; }
    u32 flags() const { return flags_.load(Order::relaxed); }
    void set_flags(u32 flags) { flags_.store(flags, Order::relaxed); }
    std::string_view source() const { return {source_.data(), source_.size()}; }
    bool is_read_only() const { return (flags() & mount_read_only) != 0 || super_block().is_read_only(); }

    /// With the tree lock held.
    Mount* parent() const { return parent_; }
    Dentry* mountpoint() const { return mountpoint_.get(); }
    MountNamespace* name_space() const { return namespace_; }
    /// What is mounted there, if anything is.
    Ref<Mount> mounted_at(const Dentry& dentry);

private:
    friend class MountNamespace;

    Ref<Dentry> root_;
    u32 id_;
    Atomic<u32> flags_;
    std::span<char> source_;
    Mount* parent_ = nullptr;
    Ref<Dentry> mountpoint_; ///< in the parent
    MountNamespace* namespace_ = nullptr;
    ListHook hook_; ///< in the namespace, which has a reference
};

/// What of its file systems a process sees. Parents stand before those that are mounted on them.
class MountNamespace final : public RefCounted {
public:
    static Result<Ref<MountNamespace>> make(Ref<Mount> root);
    ~MountNamespace() override;

    /// Puts `mount` at `place`, on top of what is mounted there. ENOENT when the place is deleted, EINVAL when it is of
    /// no or another namespace, EBUSY when the same is mounted there.
    Result<void> attach(Ref<Mount> mount, const Path& place);
    /// Takes it out. EBUSY when it is used, or has others mounted on it; with `lazily` never, and they go with it.
    /// EINVAL when it is not here, or the root.
    Result<void> detach(Mount& mount, bool lazily);
    /// Moves it elsewhere. EINVAL, ELOOP.
    Result<void> move(Mount& mount, const Path& place);
    /// The mount of everything else.
    Ref<Mount> root() const;

    /// Calls visit(Mount&) with a reference and no lock held, in the order of the mounts.
    template <typename Visit>
    void for_each(Visit&& visit)
    {
        for (u32 index = 0;; ++index) {
            const Ref<Mount> mount = at(index);
            if (!mount)
                return;
            visit(*mount);
        }
    }

private:
    friend class Mount;

    Ref<Mount> at(u32 index) const;
    using Mounts = List<Mount, &Mount::hook_>;
    static bool is_below(const Mount& mount, const Mount& other);
    Result<void> check_place(const Path& place) const;
    void unlist(Mount& mount, Mounts& taken);
    void take_out(Mount& mount, Mounts& taken);

    Mounts mounts_; ///< protected by the tree lock
};

} // namespace kernel::fs
