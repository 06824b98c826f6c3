#pragma once

#include "lib/types.hpp"

namespace kernel::fs {

/// open(2)'s flags (asm-generic/fcntl.h).
enum OpenFlag : u32 {
    open_access_mode = 03,
    open_read_only = 00,
    open_write_only = 01,
    open_read_write = 02,
    open_create = 0100,
    open_exclusive = 0200,
    open_no_tty = 0400,
    open_truncate = 01000,
    open_append = 02000,
    open_nonblocking = 04000,
    open_data_sync = 010000,
    open_async = 020000,
    open_direct = 040000,
    open_large_file = 0100000,
    open_directory = 0200000,
    open_no_follow = 0400000,
    open_no_access_time = 01000000,
    open_close_on_exec = 02000000,
    open_sync = 04010000, ///< with open_data_sync's bit
    open_path = 010000000,
    open_temporary = 020200000, ///< O_TMPFILE, with open_directory's bit
};

/// What open(2)'s flags leave behind in an open file, for fcntl(F_GETFL).
inline constexpr u32 lasting_open_flags = open_access_mode | open_append | open_nonblocking | open_sync | open_async |
                                          open_direct | open_large_file | open_directory | open_no_follow |
                                          open_no_access_time | open_path | open_temporary;
/// What fcntl(F_SETFL) changes.
inline constexpr u32 changeable_open_flags =
    open_append | open_nonblocking | open_async | open_direct | open_no_access_time;

} // namespace kernel::fs
