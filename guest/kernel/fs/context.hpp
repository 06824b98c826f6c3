#pragma once

#include "kernel/fs/inode.hpp"
#include "kernel/sync/mutex.hpp"
#include "lib/locked.hpp"

namespace kernel::fs {

/// Where a process is in the file hierarchy (Linux's fs_struct): shared by those that clone(CLONE_FS) made.
class Context final : public RefCounted {
public:
    explicit Context(Ref<Inode> root) : places_{Places{root, root, default_umask}} {}

    Ref<Inode> root() const;
    void set_root(Ref<Inode> root);
    Ref<Inode> current_directory() const;
    void set_current_directory(Ref<Inode> directory);

    /// The permissions that new files do not get.
    u32 umask() const;
    /// The one before.
    u32 set_umask(u32 mask);

    /// For fork: a context of its own, that is at the same places. ENOMEM.
    Result<Ref<Context>> duplicate() const;

private:
    static constexpr u32 default_umask = 0022;

    struct Places {
        Ref<Inode> root;
        Ref<Inode> current_directory;
        u32 umask;
    };
    explicit Context(Places places) : places_{std::move(places)} {}
    template <typename T, typename... Arguments>
    friend Result<Box<T>> kernel::make_box(Arguments&&... arguments);

    mutable Locked<Places, Mutex> places_;
};

} // namespace kernel::fs
