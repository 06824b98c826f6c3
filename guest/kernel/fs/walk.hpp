#pragma once

#include "kernel/fs/path.hpp"
#include "kernel/fs/permission.hpp"

namespace kernel::fs {

/// Who walks: where absolute and relative paths begin, and as whom. `start` may be null for absolute paths.
struct View {
    Path root;
    Path start;
    const Credentials& who;
};

/// What a walk does, beyond path_resolution(7).
enum WalkFlag : u32 {
    keep_last_link = 1,  ///< a symbolic link at the end is what is meant, not what it leads to
    allow_empty = 2,     ///< an empty path is where one starts
    want_directory = 4,  ///< ENOTDIR for anything else
    stay_on_mount = 8,   ///< openat2(2)'s RESOLVE_NO_XDEV: EXDEV
    no_magic_links = 16, ///< RESOLVE_NO_MAGICLINKS: ELOOP
    no_links = 32,       ///< RESOLVE_NO_SYMLINKS: ELOOP
    stay_beneath = 64,   ///< RESOLVE_BENEATH: EXDEV
    start_is_root = 128, ///< RESOLVE_IN_ROOT
    only_known = 256,    ///< RESOLVE_CACHED: EAGAIN
};

/// What a path ends in.
enum class LastKind : u8 { name, dot, dot_dot, root };

/// A walk along a path. Either find() does all of it, or by steps: to_last() goes up to the last component; what that
/// is, the caller sees, and step() follows it when it leads on.
class Walk {
public:
    /// `view` and `path` outlive the walk.
    Walk(const View& view, std::string_view path, u32 flags) : view_{view}, rest_{path}, flags_{flags} {}
    Walk(const Walk&) = delete;
    Walk& operator=(const Walk&) = delete;
    ~Walk() = default;

    /// To what the path names. ENOENT, ENOTDIR, EACCES, ELOOP, ENAMETOOLONG, and what the flags say.
    Result<Path> find();

    /// To the directory that the path's last component is in.
    Result<void> to_last();
    const Path& directory() const { return at_; }
    LastKind kind() const { return kind_; }
    /// The last component, if it is a name; valid until the next step.
    std::string_view name() const { return name_; }
    /// There is a slash behind it.
    bool has_slash() const { return slash_; }

    /// The name in the directory; a null dentry when nothing has it.
    Result<Ref<Dentry>> look_up() const { return look_up(name_); }
    /// Whether a link there would be followed.
    bool follows(const Dentry& dentry) const;
    /// Follows the link: true when there is a new last component, false when directory() is where it led.
    Result<bool> follow(const Ref<Dentry>& link);
    /// The place that a dentry of the directory is, what is mounted there included.
    Result<Path> place_of(Ref<Dentry> dentry);
    /// Where "." and ".." and "/" at the end lead.
    Result<Path> place_of_dots();

private:
    static constexpr unsigned most_links = 40; ///< followed in one walk, as in Linux (MAXSYMLINKS)

    /// What is left to walk behind a link in the middle of a path.
    struct Frame {
        Ref<Dentry> link; ///< has the characters before the next frame's
        std::string_view rest;
    };
    struct Frames {
        Frame frames[most_links];
    };

    Result<void> begin();
    Result<void> to_root();
    Result<void> go_up();
    Result<void> enter(Ref<Dentry> dentry);
    Result<void> cross_mounts(Path& path) const;
    Result<Ref<Dentry>> look_up(std::string_view name) const;
    bool pop();

    const View& view_;
    std::string_view rest_;
    u32 flags_;
    Path root_;
    Path at_;
    std::string_view name_;
    LastKind kind_ = LastKind::root;
    bool begun_ = false;
    bool slash_ = false;
    unsigned links_ = 0;
    unsigned depth_ = 0;
    Ref<Dentry> current_link_; ///< has rest_'s characters, if the path itself has not
    Box<Frames> frames_;       ///< made for the first link in the middle of a path
};

/// The same in one go.
inline Result<Path> find(const View& view, std::string_view path, u32 flags = 0)
{
    return Walk{view, path, flags}.find();
}

/// `name` in `directory`, whatever may be mounted there: a null dentry when nothing has it. For who holds names() of
/// the super block.
Result<Ref<Dentry>> look_up_locked(const Ref<Dentry>& directory, std::string_view name);

} // namespace kernel::fs
