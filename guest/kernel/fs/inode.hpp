#pragma once

#include "kernel/fs/transfer.hpp"
#include "kernel/mm/page_source.hpp"
#include "lib/ref.hpp"
#include "lib/result.hpp"
#include "lib/types.hpp"

#include <string_view>

namespace kernel::fs {

/// S_IFMT's values (inode(7)).
enum class FileType : u32 {
    fifo = 0010000,
    character_device = 0020000,
    directory = 0040000,
    block_device = 0060000,
    regular = 0100000,
    symlink = 0120000,
    socket = 0140000,
};
inline constexpr u32 file_type_mask = 0170000;
inline constexpr u32 permission_mask = 07777;
inline constexpr u32 any_execute = 0111;

/// A file's length limit, so that offset + count never overflows: Linux's MAX_LFS_FILESIZE.
inline constexpr u64 max_file_size = 0x7fff'ffff'ffff'ffff;
inline constexpr u64 max_name_length = 255;

/// Device number as in stat's st_rdev (Linux's new_encode_dev with 12-bit majors).
struct DeviceNumber {
    u32 major = 0;
    u32 minor = 0;
    constexpr bool operator==(const DeviceNumber&) const = default;
    constexpr u64 encoded() const { return (minor & 0xff) | major << 8 | static_cast<u64>(minor & ~0xffU) << 12; }
};

/// Receives the entries of a directory. False: enough, stop before this one.
class DirectoryVisitor {
public:
    virtual bool visit(std::string_view name, u64 inode, FileType type, u64 next_position) = 0;

protected:
    ~DirectoryVisitor() = default;
};

class File;

/// A file of any type, without its names. What a type cannot do answers with the errno that the system call gives.
class Inode : public mm::PageSource {
public:
    FileType type() const { return type_; }
    /// S_IFMT bits and permissions.
    u32 mode() const { return static_cast<u32>(type_) | permissions_; }
    u64 number() const { return number_; }
    bool is_directory() const { return type_ == FileType::directory; }
    bool is_symlink() const { return type_ == FileType::symlink; }
    virtual u64 size() const { return 0; }
    virtual u32 link_count() const { return 1; }
    virtual DeviceNumber device() const { return {}; }

    /// An open file with open(2)'s flags: an InodeFile if nothing else is said. ENXIO for a device that is not there.
    virtual Result<Ref<File>> open(u32 flags);

    /// Directories. Names are single components; "." and ".." are the path walk's.
    virtual Result<Ref<Inode>> lookup(std::string_view name);
    virtual Result<Ref<Inode>> parent();
    /// EEXIST when the name is taken.
    virtual Result<void> link(std::string_view name, Ref<Inode> inode);
    virtual Result<Ref<Inode>> create_file(std::string_view name, u32 permissions);
    virtual Result<Ref<Inode>> create_directory(std::string_view name, u32 permissions);
    /// Visits the entries from `position` on (0: the first).
    virtual Result<void> read_directory(u64 position, DirectoryVisitor& visitor);

    /// Symbolic links: valid as long as the inode.
    virtual Result<std::string_view> link_target();

    /// Bytes moved; fewer than `count` at the end of the file or where the sink faults. May sleep.
    virtual Result<u64> read(u64 offset, u64 count, Sink& sink);
    virtual Result<u64> write(u64 offset, u64 count, Source& source);
    virtual Result<void> truncate(u64 size);

    /// Can be mapped: mm::PageSource's page_at() works.
    virtual bool is_mappable() const { return false; }
    Result<mm::SourcePage> page_at(u64 offset) override;

protected:
    Inode(FileType type, u32 permissions);
    /// For inodes that come and go while the file stays.
    Inode(FileType type, u32 permissions, u64 number)
        : type_{type}, permissions_{permissions & permission_mask}, number_{number}
    {}

private:
    FileType type_;
    u32 permissions_;
    u64 number_;
};

} // namespace kernel::fs
