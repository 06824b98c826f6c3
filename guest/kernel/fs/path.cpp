#include "kernel/fs/path.hpp"

#include "kernel/fs/tree_lock.hpp"

namespace kernel::fs {
namespace {

/// Text that grows towards its beginning.
class Backwards {
public:
    explicit Backwards(std::span<char> room) : room_{room}, begin_{room.size()} {}

    Result<void> prepend(std::string_view text)
    {
        if (text.size() > begin_)
            return Errno::enametoolong;
        begin_ -= text.size();
        __builtin_memcpy(room_.data() + begin_, text.data(), text.size());
        return {};
    }
    std::string_view text() const { return {room_.data() + begin_, room_.size() - begin_}; }

private:
    std::span<char> room_;
    std::size_t begin_;
};

} // namespace

Result<std::string_view> path_text(const Path& path, const Path& root, std::span<char> room)
{
    Backwards text{room};
    if (path.dentry->is_deleted())
        TRY(text.prepend(" (deleted)"));
    bool empty = true;
    const RwLock::SharedGuard guard{tree_lock()};
    const Mount* mount = path.mount.get();
    const Dentry* dentry = path.dentry.get();
    while (dentry != root.dentry.get() || mount != root.mount.get()) {
        if (dentry == mount->root().get() || dentry->parent() == nullptr) {
            if (mount->parent() == nullptr) {
                if (empty)
                    TRY(text.prepend("/"));
                TRY(text.prepend("(unreachable)"));
                return text.text();
            }
            dentry = mount->mountpoint();
            mount = mount->parent();
            continue;
        }
        TRY(text.prepend(dentry->name()));
        TRY(text.prepend("/"));
        empty = false;
        dentry = dentry->parent();
    }
    if (empty)
        TRY(text.prepend("/"));
    return text.text();
}

} // namespace kernel::fs
