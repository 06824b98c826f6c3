#pragma once

#include "kernel/fs/path.hpp"
#include "kernel/sync/mutex.hpp"
#include "lib/locked.hpp"

namespace kernel::fs {

/// Where a process is in the file hierarchy (Linux's fs_struct): shared by those that clone(CLONE_FS) made.
class Context final : public RefCounted {
public:
    explicit Context(const Path& root) : places_{Places{root, root, default_umask}} {}

    Path root() const;
    void set_root(Path root);
    Path current_directory() const;
    void set_current_directory(Path directory);

    /// The permissions that new files do not get.
    u32 umask() const;
    /// The one before.
    u32 set_umask(u32 mask);

    /// For fork: a context of its own, that is at the same places. ENOMEM.
    Result<Ref<Context>> duplicate() const;

    struct Places {
        Path root;
        Path current_directory;
        u32 umask;
    };
    Places places() const;
    /// For duplicate().
    explicit Context(const Places& places) : places_{places} {}

private:
    static constexpr u32 default_umask = 0022;

    mutable Locked<Places, Mutex> places_;
};

} // namespace kernel::fs
