#pragma once

#include "kernel/fs/dentry.hpp"

namespace kernel::fs {

/// Keeps dentries that nobody uses, for those who look the same names up again: the longest unused go first.
class DentryCache {
public:
    static constexpr u32 most = 2048;

    /// Keeps it. What does not fit any more goes.
    void keep(Dentry& dentry);
    void forget(Dentry& dentry);
    /// All that are below `directory`, or of a file system.
    void forget_below(const Dentry& directory);
    void forget_all(const SuperBlock& super_block);
    /// Up to `count` of them; how many there were. For when memory runs low.
    u32 shrink(u32 count);
    u32 size();

private:
    using Entries = List<Dentry, &Dentry::cache_hook_>;
    struct State {
        Entries entries; ///< the first has been unused for longest
        u32 count = 0;
    };

    static void take_out(State& state, Dentry& dentry);
    Ref<Dentry> take_oldest();
    template <typename Chosen>
    void forget_chosen(Chosen&& chosen);

    Locked<State, SpinLock> state_;
};

DentryCache& dentry_cache();

} // namespace kernel::fs
