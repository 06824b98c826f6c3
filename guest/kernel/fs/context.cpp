#include "kernel/fs/context.hpp"

#include <utility>

namespace kernel::fs {

Ref<Inode> Context::root() const
{
    return places_.with([](const Places& places) { return places.root; });
}

void Context::set_root(Ref<Inode> root)
{
    places_.with([&](Places& places) { std::swap(places.root, root); }); // the old one is dropped with no lock held
}

Ref<Inode> Context::current_directory() const
{
    return places_.with([](const Places& places) { return places.current_directory; });
}

void Context::set_current_directory(Ref<Inode> directory)
{
    places_.with([&](Places& places) { std::swap(places.current_directory, directory); });
}

u32 Context::umask() const
{
    return places_.with([](const Places& places) { return places.umask; });
}

u32 Context::set_umask(u32 mask)
{
    return places_.with([&](Places& places) { return std::exchange(places.umask, mask & 0777U); });
}

Result<Ref<Context>> Context::duplicate() const
{
    return make_ref<Context>(places_.with([](const Places& places) { return places; }));
}

} // namespace kernel::fs
