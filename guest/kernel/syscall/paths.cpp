#include "kernel/syscall/paths.hpp"

#include "kernel/proc/process.hpp"

namespace kernel::syscall {
namespace {

Result<fs::Path> start_of(Descriptor descriptor, bool may_be_file)
{
    const auto file = TRY(file_of(descriptor));
    if (!may_be_file && !file->inode().is_directory())
        return Errno::enotdir;
    if (!file->path())
        return Errno::ebadf; // it has no place
    return file->path();
}

} // namespace

Result<void> UserPath::read(Descriptor directory, UserString path, u32 walk_flags)
{
    if (path.is_null() && (walk_flags & fs::allow_empty) != 0)
        text_ = {};
    else
        text_ = TRY(path.copy_to(room_));
    if (text_.empty() && (walk_flags & fs::allow_empty) == 0)
        return Errno::enoent;
    const fs::Context& context = Process::current().context();
    const bool absolute = !text_.empty() && text_.front() == '/';
    if (absolute || directory.number != Descriptor::current_directory) {
        view_.root = context.root();
        if (!absolute) // an absolute path needs no directory: a wrong one is no error then
            view_.start = TRY(start_of(directory, text_.empty()));
        return {};
    }
    fs::Context::Places places = context.places();
    view_.root = std::move(places.root);
    view_.start = std::move(places.current_directory);
    return {};
}

Result<void> UserPath::find_start(Descriptor directory)
{
    if (!view_.start)
        view_.start = directory.number == Descriptor::current_directory
                          ? Process::current().context().current_directory()
                          : TRY(start_of(directory, false));
    return {};
}

} // namespace kernel::syscall
