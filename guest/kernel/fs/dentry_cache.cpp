#include "kernel/fs/dentry_cache.hpp"

#include "lib/late.hpp"

namespace kernel::fs {

DentryCache& dentry_cache()
{
    static constinit Atomic<bool> made;
    static constinit Late<DentryCache> cache;
    if (!made.load(Order::acquire)) { // by the boot CPU, for the root
        cache.construct();
        made.store(true, Order::release);
    }
    return *cache;
}

/// The caller takes over the cache's reference.
void DentryCache::take_out(State& state, Dentry& dentry)
{
    state.entries.erase(state.entries.iterator_to(dentry));
    dentry.cached_ = false;
    --state.count;
}

void DentryCache::keep(Dentry& dentry)
{
    const u32 count = state_.with([&](State& state) {
        if (dentry.cached_)
            return state.count;
        dentry.cached_ = true;
        state.entries.push_back(*Ref<Dentry>::share(&dentry).leak());
        return ++state.count;
    });
    if (count > most)
        shrink(1);
}

void DentryCache::forget(Dentry& dentry)
{
    const Ref<Dentry> forgotten = state_.with([&](State& state) -> Ref<Dentry> {
        if (!dentry.cached_)
            return {};
        take_out(state, dentry);
        return Ref<Dentry>::adopt(&dentry);
    });
}

Ref<Dentry> DentryCache::take_oldest()
{
    return state_.with([](State& state) -> Ref<Dentry> {
        for (u32 looked_at = state.count; looked_at != 0; --looked_at) {
            Dentry& oldest = state.entries.front();
            if (looked_at > 1 && oldest.used_.exchange(false, Order::relaxed)) {
                state.entries.splice(state.entries.end(), state.entries, state.entries.begin());
                continue;
            }
            take_out(state, oldest);
            return Ref<Dentry>::adopt(&oldest);
        }
        return {};
    });
}

u32 DentryCache::shrink(u32 count)
{
    u32 done = 0;
    while (done < count && take_oldest())
        ++done;
    return done;
}

u32 DentryCache::size()
{
    return state_.with([](const State& state) { return state.count; });
}

template <typename Chosen>
void DentryCache::forget_chosen(Chosen&& chosen)
{
    for (;;) {
        const Ref<Dentry> forgotten = state_.with([&](State& state) -> Ref<Dentry> {
            for (Dentry& dentry : state.entries)
                if (chosen(dentry)) {
                    take_out(state, dentry);
                    return Ref<Dentry>::adopt(&dentry);
                }
            return {};
        });
        if (!forgotten)
            return;
    }
}

void DentryCache::forget_below(const Dentry& directory)
{
    forget_chosen([&](const Dentry& dentry) { return directory.is_ancestor_of(dentry); });
}

void DentryCache::forget_all(const SuperBlock& super_block)
{
    forget_chosen([&](const Dentry& dentry) {
        return !dentry.is_negative() ? dentry.inode().super_block() == &super_block
                                     : dentry.parent()->inode().super_block() == &super_block;
    });
}

} // namespace kernel::fs
