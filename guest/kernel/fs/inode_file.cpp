#include "kernel/fs/inode_file.hpp"

namespace kernel::fs {

Result<u64> InodeFile::read(u64 count, Sink& sink)
{
    return offset_.with([&](u64& offset) -> Result<u64> {
        const u64 done = TRY(inode().read(offset, count, sink));
        offset += done;
        return done;
    });
}

Result<u64> InodeFile::write(u64 count, Source& source)
{
    return offset_.with([&](u64& offset) -> Result<u64> {
        if (appends())
            offset = inode().size();
        const u64 done = TRY(inode().write(offset, count, source));
        offset += done;
        return done;
    });
}

Result<u64> InodeFile::read_at(u64 offset, u64 count, Sink& sink) { return inode().read(offset, count, sink); }

Result<u64> InodeFile::write_at(u64 offset, u64 count, Source& source)
{
    return inode().write(appends() ? inode().size() : offset, count, source); // as Linux does, against POSIX
}

Result<u64> InodeFile::seek(i64 distance, Whence whence)
{
    return offset_.with([&](u64& offset) -> Result<u64> {
        u64 base = 0;
        switch (whence) {
        case Whence::set: break;
        case Whence::current: base = offset; break;
        case Whence::end: base = inode().size(); break;
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

    return offset_.with([&](u64& offset) {
        Follower follower{visitor, offset};
        return inode().read_directory(offset, follower);
    });
}

Result<Ref<mm::PageSource>> InodeFile::mmap_source()
{
    if (!inode().is_mappable())
        return Errno::enodev;
    return Ref<mm::PageSource>{inode_reference()};
}

} // namespace kernel::fs
