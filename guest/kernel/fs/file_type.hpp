#pragma once

#include "lib/types.hpp"

namespace kernel::fs {

/// S_IFMT's values (inode(7)).
enum class FileType : u32 {
    none = 0, ///< of inodes behind eventfds and the like
    fifo = 0010000,
    character_device = 0020000,
    directory = 0040000,
    block_device = 0060000,
    regular = 0100000,
    symlink = 0120000,
    socket = 0140000,
};
inline constexpr u32 file_type_mask = 0170000;

/// The other bits of a mode.
enum Permission : u32 {
    any_execute = 0111,
    group_execute = 0010,
    sticky = 01000,
    set_group = 02000,
    set_user = 04000,
    permission_mask = 07777,
};

/// Device number as in stat's st_rdev (Linux's new_encode_dev with 12-bit majors).
struct DeviceNumber {
    u32 major = 0;
    u32 minor = 0;
    constexpr bool operator==(const DeviceNumber&) const = default;
    constexpr u64 encoded() const { return (minor & 0xff) | major << 8 | static_cast<u64>(minor & ~0xffU) << 12; }
    /// mknod(2)'s argument.
    static constexpr DeviceNumber decoded(u32 number)
    {
        return {(number & 0xfff00) >> 8, (number & 0xff) | ((number >> 12) & 0xfff00)};
    }
};

} // namespace kernel::fs
