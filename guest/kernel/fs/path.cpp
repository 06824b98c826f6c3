#include "kernel/fs/path.hpp"

#include <utility>

namespace kernel::fs {
namespace {

constexpr unsigned max_links = 40;  ///< followed in one walk, as in Linux (MAXSYMLINKS)
constexpr unsigned max_nesting = 8; ///< links within the middles of links: each costs kernel stack

/// Takes the next component off the front of `path`, with the slashes before and behind it.
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

class Walk {
public:
    explicit Walk(const Ref<Inode>& root) : root_{root} {}

    Result<PathResult> go(Ref<Inode> directory, std::string_view path, LastLink last, unsigned nesting = 0);

private:
    Result<Ref<Inode>> parent_of(Ref<Inode>& directory)
    {
        return directory.get() == root_.get() ? Result<Ref<Inode>>{directory} : directory->parent();
    }

    const Ref<Inode>& root_;
    unsigned links_ = 0;
};

Result<PathResult> Walk::go(Ref<Inode> directory, std::string_view path, LastLink last, unsigned nesting)
{
    if (path.empty())
        return Errno::enoent;
    Ref<Inode> name_owner;
    bool must_be_directory = false; // a link at the end, but for slashes, was followed
    if (path.front() == '/')
        directory = root_;

    for (;;) {
        const std::string_view name = take_component(path);
        if (name.empty())
            return PathResult{directory, directory, {}, {}, true};
        if (name.size() > max_name_length)
            return Errno::enametoolong;
        if (!directory->is_directory())
            return Errno::enotdir;

        const bool at_end = is_only_slashes(path);
        must_be_directory |= at_end && !path.empty();
        if (name == "." || name == "..") {
            if (name == "..")
                directory = TRY(parent_of(directory));
            continue;
        }

        auto found = directory->lookup(name);
        if (!found && (found.error() != Errno::enoent || !at_end))
            return found.error();
        Ref<Inode> inode = found ? found.release() : Ref<Inode>{};

        if (inode && inode->is_symlink() && !(at_end && last == LastLink::keep && !must_be_directory)) {
            const std::string_view target = TRY(inode->link_target());
            if (++links_ > max_links || target.empty())
                return target.empty() ? Errno::enoent : Errno::eloop;
            if (!at_end) {
                if (nesting == max_nesting)
                    return Errno::eloop;
                PathResult middle = TRY(go(directory, target, LastLink::follow, nesting + 1));
                if (!middle.inode)
                    return Errno::enoent;
                directory = std::move(middle.inode);
                continue;
            }
            // At the end the target takes the path's place: no nesting.
            path = target;
            if (path.front() == '/')
                directory = root_;
            name_owner = std::move(inode);
            continue;
        }
        if (at_end) {
            if (inode && must_be_directory && !inode->is_directory())
                return Errno::enotdir;
            return PathResult{std::move(directory), std::move(inode), name, std::move(name_owner), must_be_directory};
        }
        directory = std::move(inode);
    }
}

} // namespace

Result<PathResult> walk(const Ref<Inode>& root, const Ref<Inode>& start, std::string_view path, LastLink last)
{
    return Walk{root}.go(start, path, last);
}

Result<Ref<Inode>> resolve(const Ref<Inode>& root, const Ref<Inode>& start, std::string_view path, LastLink last)
{
    PathResult result = TRY(walk(root, start, path, last));
    if (!result.inode)
        return Errno::enoent;
    return std::move(result.inode);
}

} // namespace kernel::fs
