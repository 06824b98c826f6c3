#include "kernel/fs/tmpfs.hpp"

#include "kernel/fs/device.hpp"
#include "kernel/fs/shared_root.hpp"
#include "kernel/mm/page_allocator.hpp"

namespace kernel::fs {
namespace {

constexpr u64 tmpfs_magic = 0x0102'1994;
constexpr u64 ramfs_magic = 0x8584'58f6;

/// mount(2)'s options for tmpfs.
struct Options {
    u32 permissions = 01777;
    u32 uid = 0;
    u32 gid = 0;
};

Result<u32> parse_number(std::string_view text, u32 base)
{
    u64 value = 0;
    if (text.empty())
        return Errno::einval;
    for (const char character : text) {
        const auto digit = static_cast<u32>(character - '0');
        if (digit >= base)
            return Errno::einval;
        value = value * base + digit;
        if (value > 0xffff'ffff)
            return Errno::einval;
    }
    return static_cast<u32>(value);
}

Result<void> parse_option(std::string_view name, std::string_view value, Options& options)
{
    if (name == "mode")
        options.permissions = TRY(parse_number(value, 8))
    &permission_mask;
    else if (name == "uid") options.uid = TRY(parse_number(value, 10));
    else if (name == "gid") options.gid = TRY(parse_number(value, 10));
    else if (name != "size" && name != "nr_inodes" && name != "nr_blocks" && name != "huge" && name != "inode64" &&
             name != "inode32") return Errno::einval;
    return {};
}

Result<Options> parse_options(std::string_view text)
{
    Options options;
    while (!text.empty()) {
        const auto comma = text.find(',');
        const std::string_view option = text.substr(0, comma);
        text.remove_prefix(comma == std::string_view::npos ? text.size() : comma + 1);
        const auto equals = option.find('=');
        const std::string_view value =
            equals == std::string_view::npos ? std::string_view{} : option.substr(equals + 1);
        if (!option.empty())
            TRY(parse_option(option.substr(0, equals), value, options));
    }
    return options;
}

template <typename RootDirectory>
Result<Ref<Dentry>> make_file_system(const FileSystemType& type, const Options& options)
{
    Ref<SuperBlock> super_block = TRY(make_ref<RamSuperBlock>(type));
    const NewInode what{
        .type = FileType::directory, .permissions = options.permissions, .uid = options.uid, .gid = options.gid};
    return Dentry::make_root(TRY(make_inode<RootDirectory>(what, std::move(super_block), what.permissions)));
}

Result<Ref<Dentry>> mount_tmpfs(const FileSystemType& type, std::string_view, std::string_view text)
{
    return make_file_system<RamDirectory>(type, TRY(parse_options(text)));
}

Result<Ref<Dentry>> mount_devtmpfs(const FileSystemType& type, std::string_view, std::string_view);

FILE_SYSTEM(tmpfs, "tmpfs", tmpfs_magic, mount_tmpfs);
FILE_SYSTEM(rootfs, "rootfs", ramfs_magic, mount_tmpfs);
FILE_SYSTEM(devtmpfs, "devtmpfs", tmpfs_magic, mount_devtmpfs);

/// There is one for all mounts.
Result<Ref<Dentry>> mount_devtmpfs(const FileSystemType& type, std::string_view, std::string_view)
{
    static constinit SharedRoot root;
    return root.get([&] { return make_file_system<DeviceDirectory>(type, {.permissions = 0755}); });
}

} // namespace

FileSystemStatistics RamSuperBlock::statistics() const
{
    const mm::PageCounts pages = mm::page_counts();
    return {.block_size = page_size,
            .blocks = pages.total / 2,
            .free_blocks = pages.free / 2,
            .files = pages.total / 2,
            .free_files = pages.free / 2};
}

Result<Ref<Dentry>> make_root_file_system()
{
    return make_file_system<RamDirectory>(rootfs_type, {.permissions = 0755});
}

} // namespace kernel::fs
