#include "arch/paging.hpp"
#include "kernel/fs/device.hpp"
#include "kernel/fs/file_system.hpp"
#include "kernel/fs/initramfs.hpp"
#include "kernel/fs/proc/proc_file.hpp"
#include "kernel/init/boot_step.hpp"
#include "kernel/printk.hpp"
#include "lib/late.hpp"

namespace kernel::fs {
namespace {

Late<Ref<Inode>> root_directory;

Result<void> make_root()
{
    auto directory = TRY(make_ref<RamDirectory>(0755, nullptr));
    TRY(directory->link("dev", TRY(make_ref<DeviceDirectory>(directory.get()))));
    TRY(directory->link("proc", TRY(procfs::make_root(directory))));
    TRY(directory->link("sys", TRY(procfs::make_root(directory, "/sys/"))));
    root_directory.construct(std::move(directory));
    return {};
}

void set_up_root_file_system()
{
    if (!make_root())
        panic("no memory for the root file system");
    const vitrine::abi::Table archive = boot_info().initramfs;
    unpack_initramfs(root(), {arch::direct_map<const std::byte>({archive.address}), archive.count});
}

BOOT_STEP(root_file_system, NEEDS("pages", "character_devices"), PROVIDES("root_file_system"), set_up_root_file_system);

} // namespace

const Ref<Inode>& root() { return *root_directory; }

} // namespace kernel::fs
