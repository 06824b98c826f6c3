#pragma once

#include "kernel/fs/permission.hpp"

/// What chmod(2), chown(2) and utimensat(2) do. The errors are theirs.
namespace kernel::fs {

/// A file, and where it was found; null when it has no place.
struct Place {
    Inode& inode;
    const Path* path;
};

Result<void> change_mode(const Place& place, u32 mode, const Credentials& who);

inline constexpr u32 same_id = ~0U; ///< this one stays
Result<void> change_owner(const Place& place, u32 uid, u32 gid, const Credentials& who);

struct TimeChange {
    enum class Kind : u8 { keep, now, set };
    Kind kind = Kind::keep;
    TimeStamp time{};
};
Result<void> change_times(const Place& place, const TimeChange& accessed, const TimeChange& modified,
                          const Credentials& who);

} // namespace kernel::fs
