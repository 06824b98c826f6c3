#include "arch/paging.hpp"
#include "kernel/fs/file_system.hpp"
#include "kernel/fs/initramfs.hpp"
#include "kernel/fs/tmpfs.hpp"
#include "kernel/init/boot_step.hpp"
#include "kernel/printk.hpp"
#include "kernel/time/timekeeping.hpp"
#include "lib/late.hpp"

/// From the linker script.
extern "C" {
extern const kernel::fs::FileSystemType* const file_systems_begin[];
extern const kernel::fs::FileSystemType* const file_systems_end[];
}

namespace kernel::fs {
namespace {

Late<Ref<MountNamespace>> mounts;
Late<Path> root_path;

Result<void> make_root()
{
    Ref<Mount> mount = TRY(Mount::make(TRY(make_root_file_system()), "rootfs", 0));
    root_path.construct(Path{mount, mount->root()});
    mounts.construct(TRY(MountNamespace::make(std::move(mount))));
    return {};
}

/// What Linux leaves to init: a program that is /init by itself has neither the way nor the wish to mount them.
Result<void> mount_at(std::string_view name, std::string_view type_name)
{
    const FileSystemType* const type = find_file_system_type(type_name);
    Path place
    {
        root_path->mount, TRY(root_path->dentry->add_child(name, TRY(root_path->inode().create_directory(name, 0755))))
    };
    auto mount = TRY(Mount::make(TRY(type->mount(*type, type_name, {})), type_name, mount_relative_access_time));
    return (*mounts)->attach(std::move(mount), place);
}

void set_up_root_file_system()
{
    if (!make_root())
        panic("no memory for the root file system");
    if (!mount_at("dev", "devtmpfs") || !mount_at("proc", "proc") || !mount_at("sys", "sysfs"))
        panic("no memory for the root file system's mounts");
    const vitrine::abi::Table archive = boot_info().initramfs;
    unpack_initramfs(*root_path, {arch::direct_map<const std::byte>({archive.address}), archive.count});
}

BOOT_STEP(root_file_system, NEEDS("pages", "character_devices"), PROVIDES("root_file_system"), set_up_root_file_system);

} // namespace

MountNamespace& first_namespace() { return **mounts; }
Path root() { return *root_path; }

std::span<const FileSystemType* const> file_system_types() { return {file_systems_begin, file_systems_end}; }

TimeStamp now()
{
    const u64 time = time::realtime();
    return {static_cast<i64>(time / time::nanoseconds_per_second),
            static_cast<u32>(time % time::nanoseconds_per_second)};
}

} // namespace kernel::fs
