#include "kernel/fs/file.hpp"

namespace kernel::fs {

Result<u64> File::read(u64 count, Sink& sink)
{
    if (!mode_.read)
        return Errno::ebadf;
    if (!inode_->is_seekable())
        return inode_->read(0, count, sink);
    return offset_.with([&](u64& offset) -> Result<u64> {
        const u64 done = TRY(inode_->read(offset, count, sink));
        offset += done;
        return done;
    });
}

Result<u64> File::write(u64 count, Source& source)
{
    if (!mode_.write)
        return Errno::ebadf;
    if (!inode_->is_seekable())
        return inode_->write(0, count, source);
    return offset_.with([&](u64& offset) -> Result<u64> {
        if (mode_.append)
            offset = inode_->size();
        const u64 done = TRY(inode_->write(offset, count, source));
        offset += done;
        return done;
    });
}

Result<u64> File::read_at(u64 offset, u64 count, Sink& sink)
{
    if (!mode_.read)
        return Errno::ebadf;
    if (!inode_->is_seekable())
        return Errno::espipe;
    return inode_->read(offset, count, sink);
}

Result<u64> File::write_at(u64 offset, u64 count, Source& source)
{
    if (!mode_.write)
        return Errno::ebadf;
    if (!inode_->is_seekable())
        return Errno::espipe;
    return inode_->write(offset, count, source);
}

Result<u64> File::seek(i64 distance, Whence whence)
{
    if (!inode_->is_seekable())
        return Errno::espipe;
    return offset_.with([&](u64& offset) -> Result<u64> {
        u64 base = 0;
        switch (whence) {
        case Whence::set: break;
        case Whence::current: base = offset; break;
        case Whence::end: base = inode_->size(); break;
        default: return Errno::einval;
        }
        i64 target = 0;
        if (__builtin_add_overflow(static_cast<i64>(base), distance, &target))
            return Errno::eoverflow;
        if (target < 0)
            return Errno::einval;
        offset = static_cast<u64>(target);
        return offset;
    });
}

Result<void> File::read_directory(DirectoryVisitor& visitor)
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
        return inode_->read_directory(offset, follower);
    });
}

} // namespace kernel::fs
