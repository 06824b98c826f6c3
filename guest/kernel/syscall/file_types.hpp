#pragma once

#include "kernel/syscall/types.hpp"

/// Structures of the calls on files: Linux x86-64's, in layout and meaning.
namespace kernel::syscall {

/// struct utimbuf.
struct AccessTimes {
    i64 accessed;
    i64 modified;
};
static_assert(sizeof(AccessTimes) == 16);

/// struct open_how (linux/openat2.h).
struct OpenRequest {
    u64 flags;
    u64 mode;
    u64 resolve;
};
static_assert(sizeof(OpenRequest) == 24);

/// struct statx_timestamp (linux/stat.h).
struct StatxTime {
    i64 seconds;
    u32 nanoseconds;
    i32 reserved;
};

/// struct statx (linux/stat.h).
struct Statx {
    u32 mask;
    u32 block_size;
    u64 attributes;
    u32 link_count;
    u32 user;
    u32 group;
    u16 mode;
    u16 padding;
    u64 inode;
    u64 size;
    u64 blocks;
    u64 attributes_mask;
    StatxTime accessed;
    StatxTime created;
    StatxTime changed;
    StatxTime modified;
    u32 special_major;
    u32 special_minor;
    u32 device_major;
    u32 device_minor;
    u64 mount_id;
    u32 direct_alignment[2];
    u64 spare[12];
};
static_assert(sizeof(Statx) == 256);

/// struct statfs (asm-generic/statfs.h).
struct StatFs {
    i64 type;
    i64 block_size;
    u64 blocks;
    u64 free_blocks;
    u64 available_blocks;
    u64 files;
    u64 free_files;
    i32 id[2];
    i64 name_length;
    i64 fragment_size;
    i64 flags;
    i64 spare[4];
};
static_assert(sizeof(StatFs) == 120);

/// struct flock.
struct LockRequest {
    std::int16_t type;
    std::int16_t whence;
    i64 start;
    i64 length;
    i32 pid;
};
static_assert(sizeof(LockRequest) == 32);

} // namespace kernel::syscall
