#pragma once

#include "kernel/fs/file_type.hpp"
#include "kernel/fs/time_stamp.hpp"
#include "kernel/fs/transfer.hpp"
#include "kernel/mm/page_source.hpp"
#include "kernel/sync/atomic.hpp"
#include "kernel/sync/mutex.hpp"
#include "kernel/sync/spin_lock.hpp"
#include "lib/format.hpp"
#include "lib/locked.hpp"
#include "lib/ref.hpp"
#include "lib/result.hpp"
#include "lib/types.hpp"

#include <string_view>

namespace kernel::fs {

class File;
class SuperBlock;
struct Path;

/// A file's length limit, so that offset + count never overflows: Linux's MAX_LFS_FILESIZE.
inline constexpr u64 max_file_size = 0x7fff'ffff'ffff'ffff;
inline constexpr u64 max_name_length = 255;
inline constexpr u64 block_size = 512; ///< what stat(2) counts

/// Receives the entries of a directory. False: enough, stop before this one.
class DirectoryVisitor {
public:
    virtual bool visit(std::string_view name, u64 inode, FileType type, u64 next_position) = 0;

protected:
    ~DirectoryVisitor() = default;
};

/// Where a directory's own entries begin: 0 and 1 are "." and "..", which who opens it adds.
inline constexpr u64 first_position = 2;

/// A file to be made.
struct NewInode {
    FileType type = FileType::regular;
    u32 permissions = 0;
    u32 uid = 0;
    u32 gid = 0;
    DeviceNumber device{};
    std::string_view target{}; ///< of a symbolic link
};

/// Which answers of lookup() may be remembered.
enum class NameCaching {
    none,    ///< names come and go by themselves
    present, ///< until they are removed: that something is not there is as quickly found out again
    all,
};

enum RenameFlag : u32 { rename_no_replace = 1, rename_exchange = 2 };

/// A file of any type, without its names. What a type cannot do answers with the errno that the system call gives.
///
/// The calls on directories come with their super block's names() held, exclusively by those that change anything; who
/// makes them has looked whether they are allowed.
class Inode : public mm::PageSource {
public:
    FileType type() const { return type_; }
    u64 number() const { return number_; }
    bool is_directory() const { return type_ == FileType::directory; }
    bool is_symlink() const { return type_ == FileType::symlink; }
    bool is_regular() const { return type_ == FileType::regular; }

    /// S_IFMT bits and permissions.
    u32 mode() const { return static_cast<u32>(type_) | permissions(); }
    u32 permissions() const { return permissions_.load(Order::relaxed); }
    void set_permissions(u32 permissions) { permissions_.store(permissions & permission_mask, Order::relaxed); }
    u32 uid() const { return uid_.load(Order::relaxed); }
    u32 gid() const { return gid_.load(Order::relaxed); }
    void set_owner(u32 uid, u32 gid)
    {
        uid_.store(uid, Order::relaxed);
        gid_.store(gid, Order::relaxed);
    }
    /// How many names it has; a directory's "." and its subdirectories' ".." count.
    u32 link_count() const { return links_.load(Order::relaxed); }
    void add_links(i32 count) { links_.fetch_add(static_cast<u32>(count), Order::relaxed); }
    void set_link_count(u32 count) { links_.store(count, Order::relaxed); }

    struct Times {
        TimeStamp accessed;
        TimeStamp modified;
        TimeStamp changed;
        TimeStamp created;
    };
    Times times() const
    {
        return times_.with([](const Times& times) { return times; });
    }
    template <typename Change>
    void change_times(Change&& change)
    {
        times_.with(std::forward<Change>(change));
    }
    void set_all_times(TimeStamp time)
    {
        change_times([&](Times& times) { times = {time, time, time, time}; });
    }
    /// What it says about the file has changed; its content has as well.
    void note_change(TimeStamp time)
    {
        change_times([&](Times& times) { times.changed = time; });
    }
    void note_modification(TimeStamp time)
    {
        change_times([&](Times& times) { times.modified = times.changed = time; });
    }

    /// The file system it is of; null for those that have no name anywhere.
    SuperBlock* super_block() const { return super_block_.get(); }
    const Ref<SuperBlock>& super_block_reference() const { return super_block_; }
    /// Before anybody else sees it.
    void set_super_block(Ref<SuperBlock> super_block);

    virtual u64 size() const { return 0; }
    /// Memory or disk space it takes.
    virtual u64 allocated_size() const { return align_up(size(), block_size); }
    virtual DeviceNumber device() const { return {}; }

    /// An open file with open(2)'s flags: an InodeFile if nothing else is said. ENXIO for a device that is not there.
    virtual Result<Ref<File>> open(u32 flags);

    /// Directories. Names are single components; "." and ".." are the path walk's.
    virtual NameCaching name_caching() const { return NameCaching::none; }
    /// ENOENT.
    virtual Result<Ref<Inode>> lookup(std::string_view name);
    /// Makes a file under a name that nothing has.
    virtual Result<Ref<Inode>> make(std::string_view name, const NewInode& what);
    /// Makes a regular file without a name: open(2)'s O_TMPFILE.
    virtual Result<Ref<Inode>> make_unnamed(const NewInode& what);
    /// One more name for `inode`, which is no directory, and of the same file system.
    virtual Result<void> link(std::string_view name, Ref<Inode> inode);
    /// Takes away the name of what is no directory, or of an empty directory. ENOTEMPTY.
    virtual Result<void> unlink(std::string_view name);
    virtual Result<void> remove_directory(std::string_view name);
    /// `name` becomes `new_name` in `to`, a directory of the same file system, and replaces what is there; or changes
    /// places with it (rename_exchange). Types fit. ENOTEMPTY.
    virtual Result<void> rename(std::string_view name, Inode& to, std::string_view new_name, u32 flags);
    /// Visits the entries from `position` on, which is first_position or above.
    virtual Result<void> read_directory(u64 position, DirectoryVisitor& visitor);

    /// Symbolic links: valid as long as the inode.
    virtual Result<std::string_view> link_target();
    /// What readlink(2) shows: the target.
    virtual Result<void> read_link(FormatSink& out);
    /// Links that lead to what no path may name ("magic links", as /proc/self/fd/3): where. EINVAL: it is not one.
    virtual Result<Path> magic_target();

    /// Bytes moved; fewer than `count` at the end of the file or where the sink faults. May sleep.
    virtual Result<u64> read(u64 offset, u64 count, Sink& sink);
    virtual Result<u64> write(u64 offset, u64 count, Source& source);
    virtual Result<void> truncate(u64 size);
    /// fallocate(2): space for a range, with `keep_size` even beyond the end; and the opposite: zeros that take none.
    virtual Result<void> allocate(u64 offset, u64 size, bool keep_size);
    virtual Result<void> punch_hole(u64 offset, u64 size);
    /// Where the next data, or the next hole, begins at or behind `offset`. ENXIO behind the end.
    virtual Result<u64> next_data(u64 offset);
    virtual Result<u64> next_hole(u64 offset);

    /// Can be mapped: mm::PageSource's page_at() works.
    virtual bool is_mappable() const { return false; }
    Result<mm::SourcePage> page_at(u64 offset) override;

    /// Held by whoever changes the content: what is appended is appended whole.
    Mutex& content_lock() { return content_lock_; }

    /// The same as make(), by root.
    Result<Ref<Inode>> create_file(std::string_view name, u32 permissions)
    {
        return make(name, {.type = FileType::regular, .permissions = permissions});
    }
    Result<Ref<Inode>> create_directory(std::string_view name, u32 permissions)
    {
        return make(name, {.type = FileType::directory, .permissions = permissions});
    }

protected:
    Inode(FileType type, u32 permissions);
    /// For inodes that come and go while the file stays.
    Inode(FileType type, u32 permissions, u64 number);
    ~Inode() override;

private:
    FileType type_;
    Atomic<u32> permissions_;
    Atomic<u32> uid_;
    Atomic<u32> gid_;
    Atomic<u32> links_;
    u64 number_;
    Ref<SuperBlock> super_block_;
    mutable Locked<Times, SpinLock> times_;
    Mutex content_lock_;
};

/// A new inode as one of a file system: with an owner, and with the time.
template <typename T>
Result<Ref<T>> prepared(const NewInode& what, Ref<SuperBlock> super_block, Result<Ref<T>> inode)
{
    if (!inode)
        return inode;
    inode.value()->set_owner(what.uid, what.gid);
    inode.value()->set_super_block(std::move(super_block));
    inode.value()->set_all_times(now());
    return inode;
}
/// Makes one: `T` takes the arguments.
template <typename T, typename... Arguments>
Result<Ref<T>> make_inode(const NewInode& what, Ref<SuperBlock> super_block, Arguments&&... arguments)
{
    return prepared<T>(what, std::move(super_block), make_ref<T>(std::forward<Arguments>(arguments)...));
}

} // namespace kernel::fs
