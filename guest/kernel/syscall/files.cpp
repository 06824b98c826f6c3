// Opening files, and what links say.
#include "kernel/mm/heap.hpp"
#include "kernel/proc/process.hpp"
#include "kernel/syscall/file_types.hpp"
#include "kernel/syscall/paths.hpp"
#include "kernel/syscall/syscalls.hpp"

#include <algorithm>

namespace kernel::syscall {
namespace {

constexpr u32 tmpfile_bit = fs::open_temporary & ~u32{fs::open_directory};

/// openat2(2)'s RESOLVE_* flags (linux/openat2.h).
enum ResolveFlag : u64 {
    resolve_no_crossing = 0x01,
    resolve_no_magic_links = 0x02,
    resolve_no_links = 0x04,
    resolve_beneath = 0x08,
    resolve_in_root = 0x10,
    resolve_cached = 0x20,
    resolve_all = 0x3f,
};

Result<u32> walk_flags_of_resolve(u64 resolve)
{
    if ((resolve & ~u64{resolve_all}) != 0 ||
        (resolve & (resolve_beneath | resolve_in_root)) == (resolve_beneath | resolve_in_root))
        return Errno::einval;
    u32 flags = 0;
    const auto add = [&](u64 bit, u32 flag) { flags |= (resolve & bit) != 0 ? flag : 0; };
    add(resolve_no_crossing, fs::stay_on_mount);
    add(resolve_no_magic_links, fs::no_magic_links);
    add(resolve_no_links, fs::no_links | fs::no_magic_links);
    add(resolve_beneath, fs::stay_beneath);
    add(resolve_in_root, fs::start_is_root);
    add(resolve_cached, fs::only_known);
    return flags;
}

/// The flags as openat2(2), which tolerates nothing, wants them.
Result<void> check_request(const OpenRequest& request)
{
    constexpr u64 known = fs::lasting_open_flags | fs::open_create | fs::open_exclusive | fs::open_no_tty |
                          fs::open_truncate | fs::open_close_on_exec;
    const bool makes = (request.flags & (fs::open_create | tmpfile_bit)) != 0;
    if ((request.flags & ~known) != 0 || (request.mode & ~u64{fs::permission_mask}) != 0 ||
        (!makes && request.mode != 0))
        return Errno::einval;
    if ((request.flags & fs::open_path) != 0 &&
        (request.flags & ~u64{fs::open_directory | fs::open_no_follow | fs::open_path | fs::open_close_on_exec}) != 0)
        return Errno::einval;
    return {};
}

SyscallResult open(Descriptor directory, UserString path, u32 flags, u32 mode, u32 walk_flags)
{
    UserPath where;
    TRY(where.read(directory, path));
    if ((walk_flags & (fs::stay_beneath | fs::start_is_root)) != 0)
        TRY(where.find_start(directory));
    const u32 permissions = mode & fs::permission_mask & ~Process::current().context().umask();
    auto file = TRY(
        fs::open(where.view(), where.text(), {.flags = flags, .permissions = permissions, .walk_flags = walk_flags}));
    return install(std::move(file), (flags & fs::open_close_on_exec) != 0);
}

/// What readlink(2) copies out: as much as there is room for.
class LinkText final : public FormatSink {
public:
    explicit LinkText(std::span<char> room) : room_{room} {}
    void append(std::string_view text) override
    {
        const std::size_t count = std::min(text.size(), room_.size() - size_);
        __builtin_memcpy(room_.data() + size_, text.data(), count);
        size_ += count;
    }
    std::string_view text() const { return {room_.data(), size_}; }

private:
    std::span<char> room_;
    std::size_t size_ = 0;
};

} // namespace

SyscallResult sys_openat(Descriptor directory, UserString path, u32 flags, u32 mode)
{
    return open(directory, path, flags, mode, 0);
}

SyscallResult sys_open(UserString path, u32 flags, u32 mode) { return open(here, path, flags, mode, 0); }

SyscallResult sys_creat(UserString path, u32 mode)
{
    return open(here, path, fs::open_write_only | fs::open_create | fs::open_truncate, mode, 0);
}

SyscallResult sys_openat2(Descriptor directory, UserString path, UserIn<OpenRequest> how, u64 size)
{
    if (size < sizeof(OpenRequest))
        return Errno::einval;
    if (size > page_size)
        return Errno::e2big;
    const OpenRequest request = TRY(how.read());
    for (u64 at = sizeof(OpenRequest); at < size; ++at) // a later Linux's fields: as long as they say nothing
        if (TRY(UserIn<u8>{how.address + at}.read()) != 0)
            return Errno::e2big;
    TRY(check_request(request));
    const u32 walk_flags = TRY(walk_flags_of_resolve(request.resolve));
    const auto flags = static_cast<u32>(request.flags);
    if ((walk_flags & fs::only_known) != 0 && (flags & (fs::open_truncate | fs::open_create | tmpfile_bit)) != 0)
        return Errno::eagain;
    return open(directory, path, flags, static_cast<u32>(request.mode), walk_flags);
}

SyscallResult sys_readlinkat(Descriptor directory, UserString path, UserOutBytes buffer, u64 size)
{
    if (static_cast<i32>(size) <= 0)
        return Errno::einval;
    UserPath where;
    TRY(where.read(directory, path, fs::allow_empty));
    if (where.text().empty() && directory.number == Descriptor::current_directory)
        return Errno::enoent;
    const fs::Path link = TRY(where.find(fs::keep_last_link | fs::allow_empty));
    if (!link.inode().is_symlink())
        return where.text().empty() ? Errno::enoent : Errno::einval;
    const auto room = TRY(make_box<PathRoom>());
    LinkText text{std::span{room->characters}.first(std::min<u64>(size, sizeof room->characters))};
    TRY(link.inode().read_link(text));
    fs::note_access(link);
    TRY(buffer.write(std::as_bytes(std::span{text.text()})));
    return static_cast<i64>(text.text().size());
}

SyscallResult sys_readlink(UserString path, UserOutBytes buffer, u64 size)
{
    return sys_readlinkat(here, path, buffer, size);
}

} // namespace kernel::syscall
