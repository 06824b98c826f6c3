#include "kernel/fs/proc/proc_file.hpp"
#include "kernel/fs/shared_root.hpp"
#include "kernel/fs/super_block.hpp"

/// From the linker script.
extern "C" {
extern const kernel::procfs::ProcEntry* const proc_files_begin[];
extern const kernel::procfs::ProcEntry* const proc_files_end[];
}

namespace kernel::procfs {
namespace {

Result<Ref<fs::Dentry>> make_file_system(const fs::FileSystemType& type, std::string_view prefix)
{
    Ref<fs::Inode> root = TRY(make_root(prefix));
    root->set_super_block(TRY(make_ref<fs::SuperBlock>(type)));
    root->set_all_times(fs::now());
    return fs::Dentry::make_root(std::move(root));
}

Result<Ref<fs::Dentry>> mount_proc(const fs::FileSystemType& type, std::string_view, std::string_view)
{
    static constinit fs::SharedRoot root;
    return root.get([&] { return make_file_system(type, {}); });
}

Result<Ref<fs::Dentry>> mount_sysfs(const fs::FileSystemType& type, std::string_view, std::string_view)
{
    static constinit fs::SharedRoot root;
    return root.get([&] { return make_file_system(type, "/sys/"); });
}

FILE_SYSTEM(proc, "proc", 0x9fa0, mount_proc);
FILE_SYSTEM(sysfs, "sysfs", 0x6265'6572, mount_sysfs);

} // namespace

std::span<const ProcEntry* const> entries() { return {proc_files_begin, proc_files_end}; }

} // namespace kernel::procfs
