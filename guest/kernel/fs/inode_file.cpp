#include "kernel/fs/inode_file.hpp"

#include "kernel/fs/file_system.hpp"
#include "kernel/fs/tree_lock.hpp"

namespace kernel::fs {

Result<u64> InodeFile::read_from(u64 offset, u64 count, Sink& sink)
{
    const auto done = inode().read(offset, count, sink);
    if (path() && count != 0 && (flags() & open_no_access_time) == 0)
        note_access(path());
    return done ? Result<u64>{done.value()} : Result<u64>{done.error()};
}

/// At the end instead if the file appends: then `offset` is where.
Result<u64> InodeFile::write_to(u64& offset, u64 count, Source& source)
{
    const Mutex::Guard guard{inode().content_lock()};
    if (appends())
        offset = inode().size();
    const u64 done = TRY(inode().write(offset, count, source));
    if (done != 0) {
        clear_privilege(inode(), credentials());
        inode().note_modification(now());
    }
    return done;
}

Result<u64> InodeFile::read(u64 count, Sink& sink)
{
    return offset_.with([&](u64& offset) -> Result<u64> {
        const u64 done = TRY(read_from(offset, count, sink));
        offset += done;
        return done;
    });
}

Result<u64> InodeFile::write(u64 count, Source& source)
{
    return offset_.with([&](u64& offset) -> Result<u64> {
        const u64 done = TRY(write_to(offset, count, source));
        offset += done;
        return done;
    });
}

Result<u64> InodeFile::read_at(u64 offset, u64 count, Sink& sink) { return read_from(offset, count, sink); }

/// Files that append do so here as well: Linux's way, against POSIX.
Result<u64> InodeFile::write_at(u64 offset, u64 count, Source& source) { return write_to(offset, count, source); }

Result<u64> InodeFile::seek_content(u64& offset, i64 from, Whence whence)
{
    if (from < 0)
        return Errno::enxio;
    const auto start = static_cast<u64>(from);
    offset = TRY(whence == Whence::data ? inode().next_data(start) : inode().next_hole(start));
    return offset;
}

Result<u64> InodeFile::seek(i64 distance, Whence whence)
{
    return offset_.with([&](u64& offset) -> Result<u64> {
        u64 base = 0;
        switch (whence) {
        case Whence::set: break;
        case Whence::current: base = offset; break;
        case Whence::end: base = inode().size(); break;
        case Whence::data:
        case Whence::hole: return seek_content(offset, distance, whence);
        default: return Errno::einval;
        }
        i64 target = 0;
        if (__builtin_add_overflow(static_cast<i64>(base), distance, &target))
            return Errno::einval;
        if (target < 0)
            return Errno::einval;
        offset = static_cast<u64>(target);
        return offset;
    });
}

Result<void> InodeFile::read_directory(DirectoryVisitor& visitor)
{
    class Follower final : public DirectoryVisitor {
    public:
        Follower(DirectoryVisitor& behind, u64& position) : behind_{behind}, position_{position} {}

        bool visit(std::string_view name, u64 inode, FileType type, u64 next_position) override
        {
            if (!behind_.visit(name, inode, type, next_position))
                return false;
            position_ = next_position;
            return true;
        }

    private:
        DirectoryVisitor& behind_;
        u64& position_;
    };

    return offset_.with([&](u64& offset) -> Result<void> {
        if (!inode().is_directory())
            return Errno::enotdir;
        Follower follower{visitor, offset};
        if (offset == 0 && !follower.visit(".", inode().number(), FileType::directory, 1))
            return {};
        if (offset == 1 && !follower.visit("..", number_of_parent(), FileType::directory, first_position))
            return {};
        if (path()) {
            if (path().dentry->is_deleted())
                return Errno::enoent;
            note_access(path());
        }
        return inode().read_directory(offset, follower);
    });
}

/// The file system's root is its own.
u64 InodeFile::number_of_parent() const
{
    if (!path())
        return inode().number();
    const RwLock::SharedGuard guard{tree_lock()};
    const Dentry* const parent = path().dentry->parent();
    return parent == nullptr ? inode().number() : parent->inode().number();
}

Result<Ref<mm::PageSource>> InodeFile::mmap_source()
{
    if (!inode().is_mappable())
        return Errno::enodev;
    return Ref<mm::PageSource>{inode_reference()};
}

} // namespace kernel::fs
