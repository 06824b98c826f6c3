#pragma once

#include "kernel/fs/file_system.hpp"
#include "kernel/syscall/descriptors.hpp"

/// Paths as system calls take them.
namespace kernel::syscall {

/// The AT_* flags (linux/fcntl.h).
enum AtFlag : u32 {
    at_symlink_nofollow = 0x100,
    at_effective_access = 0x200, ///< AT_EACCESS
    at_remove_directory = 0x200, ///< AT_REMOVEDIR
    at_symlink_follow = 0x400,
    at_no_automount = 0x800,
    at_empty_path = 0x1000,
};

/// Room for a path; in memory that is made for it, where a call has two.
struct PathRoom {
    PathRoom() {} // leaves the characters as they are
    char characters[max_path];
};

/// A path from user memory, and the view of whoever gave it. Takes a page of stack.
class UserPath {
public:
    /// EFAULT, ENAMETOOLONG, and for a relative path what is wrong with the descriptor: EBADF, ENOTDIR. With
    /// fs::allow_empty the file of the descriptor may be anything.
    Result<void> read(Descriptor directory, UserString path, u32 walk_flags = 0);

    /// For an absolute path as well: where the descriptor leads.
    Result<void> find_start(Descriptor directory);

    std::string_view text() const { return text_; }
    const fs::View& view() const { return view_; }
    /// The place that it names.
    Result<fs::Path> find(u32 walk_flags = 0) const { return fs::find(view_, text_, walk_flags); }

private:
    fs::View view_{{}, {}, credentials()};
    std::string_view text_;
    char room_[max_path];
};

/// What the flags mean for a walk that follows links unless AT_SYMLINK_NOFOLLOW says otherwise.
constexpr u32 walk_flags_of(u32 at_flags)
{
    return ((at_flags & at_symlink_nofollow) != 0 ? fs::keep_last_link : 0U) |
           ((at_flags & at_empty_path) != 0 ? fs::allow_empty : 0U);
}

inline constexpr Descriptor here{Descriptor::current_directory};

} // namespace kernel::syscall
