#include "kernel/fs/context.hpp"

#include <utility>

namespace kernel::fs {

Context::Places Context::places() const
{
    return places_.with([](const Places& places) { return places; });
}

Path Context::root() const
{
    return places_.with([](const Places& places) { return places.root; });
}

void Context::set_root(Path root)
{
    places_.with([&](Places& places) { std::swap(places.root, root); }); // the old one is dropped with no lock held
}

Path Context::current_directory() const
{
    return places_.with([](const Places& places) { return places.current_directory; });
}

void Context::set_current_directory(Path directory)
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

Result<Ref<Context>> Context::duplicate() const { return make_ref<Context>(places()); }

} // namespace kernel::fs
