#pragma once

#include "kernel/fs/file_watch.hpp"
#include "kernel/fs/open_flags.hpp"
#include "kernel/fs/path.hpp"
#include "kernel/fs/poll.hpp"
#include "kernel/sync/atomic.hpp"

namespace kernel::fs {

/// What an open file may be used for.
struct OpenMode {
    bool read = false;
    bool write = false;
};

/// Files that have system calls of their own, which must know them from others: see file_cast().
enum class FileKind : u8 { other, pipe, socket, epoll, event, timer, signal, inotify, message_queue };

enum class Whence : u32 { set = 0, current = 1, end = 2, data = 3, hole = 4 };

/// An open file (open(2)'s "open file description"). Shared by the descriptors that dup and fork make; closed, by its
/// destructor, when the last of them is.
///
/// The system calls have looked at mode() before they read or write.
class File : public RefCounted {
public:
    Inode& inode() const { return *inode_; }
    const Ref<Inode>& inode_reference() const { return inode_; }

    virtual FileKind kind() const { return FileKind::other; }

    /// Where it was found; null for a file without a name.
    const Path& path() const { return path_; }
    /// Before anybody else sees it.
    void set_path(Path path) { path_ = std::move(path); }

    OpenMode mode() const
    {
        const u32 access = flags() & open_access_mode;
        const bool path_only = (flags() & open_path) != 0;
        return {.read = !path_only && access != open_write_only, .write = !path_only && access != 0};
    }
    /// As fcntl(F_GETFL) shows them.
    u32 flags() const { return flags_.load(Order::relaxed); }
    /// fcntl(F_SETFL): of the changeable ones.
    void set_flags(u32 flags)
    {
        flags_.store((this->flags() & ~changeable_open_flags) | (flags & changeable_open_flags), Order::relaxed);
    }
    bool is_nonblocking() const { return (flags() & open_nonblocking) != 0; }

    /// At the file's offset, if it has one, which moves by what was read or written. May sleep.
    virtual Result<u64> read(u64 count, Sink& sink);
    virtual Result<u64> write(u64 count, Source& source);
    /// At `offset`; the file's own stays. ESPIPE when it has none.
    virtual Result<u64> read_at(u64 offset, u64 count, Sink& sink);
    virtual Result<u64> write_at(u64 offset, u64 count, Source& source);
    /// The new offset. ESPIPE, EINVAL.
    virtual Result<u64> seek(i64 distance, Whence whence);

    /// Goes on where the last call stopped. ENOTDIR.
    virtual Result<void> read_directory(DirectoryVisitor& visitor);
    /// ioctl(2). ENOTTY for what the file does not know.
    virtual Result<i64> control(u64 command, u64 argument);
    /// What the file is ready for now; with a table, whoever polls is also put on the wait queues that tell of more.
    virtual PollEvents poll(PollTable* table);
    /// Whether poll() has anything to say: epoll(7) refuses files of which it has not.
    virtual bool can_poll() const { return true; }
    /// Who must know when the file is closed.
    FileWatches& watches() { return watches_; }
    /// fsync(2), fdatasync(2): returns when the content is as safe as it can be. EINVAL for what cannot be.
    virtual Result<void> synchronise();
    /// What a file without a name shows instead: "pipe:[17]".
    virtual void describe(FormatSink& out) const;
    /// What mappings of the file read their pages from. ENODEV.
    virtual Result<Ref<mm::PageSource>> mmap_source();

protected:
    /// `flags`: open(2)'s; those that mean nothing afterwards are left out.
    File(Ref<Inode> inode, u32 flags) : inode_{std::move(inode)}, flags_{flags & lasting_open_flags} {}

    void before_end() override { watches_.tell(); }

private:
    Ref<Inode> inode_;
    Path path_;
    Atomic<u32> flags_;
    FileWatches watches_;
};

/// The file as a T, which has its own `T::file_kind`; null when it is none.
template <typename T>
T* file_cast(File& file)
{
    return file.kind() == T::file_kind ? static_cast<T*>(&file) : nullptr;
}

} // namespace kernel::fs
