#include "kernel/fs/inode.hpp"

#include "kernel/fs/inode_file.hpp"

namespace kernel::fs {
namespace {

/// Pairs with itself on other CPUs: numbers must differ, their order means nothing.
u64 next_inode_number()
{
    static u64 last = 0;
    return __atomic_add_fetch(&last, 1, __ATOMIC_RELAXED);
}

} // namespace

Inode::Inode(FileType type, u32 permissions)
    : type_{type}, permissions_{permissions & permission_mask}, number_{next_inode_number()}
{}

Result<Ref<Inode>> Inode::lookup(std::string_view) { return Errno::enotdir; }
Result<Ref<Inode>> Inode::parent() { return Errno::enotdir; }
// NOLINTNEXTLINE(performance-unnecessary-value-param): those that override it keep the reference
Result<void> Inode::link(std::string_view, Ref<Inode>) { return Errno::enotdir; }
Result<Ref<Inode>> Inode::create_file(std::string_view, u32) { return Errno::enotdir; }
Result<Ref<Inode>> Inode::create_directory(std::string_view, u32) { return Errno::enotdir; }
Result<void> Inode::read_directory(u64, DirectoryVisitor&) { return Errno::enotdir; }
Result<std::string_view> Inode::link_target() { return Errno::einval; }
Result<u64> Inode::read(u64, u64, Sink&) { return is_directory() ? Errno::eisdir : Errno::einval; }
Result<u64> Inode::write(u64, u64, Source&) { return is_directory() ? Errno::eisdir : Errno::einval; }
Result<void> Inode::truncate(u64) { return is_directory() ? Errno::eisdir : Errno::einval; }
Result<mm::SourcePage> Inode::page_at(u64) { return Errno::enodev; }

Result<Ref<File>> Inode::open(u32 flags)
{
    return Ref<File> { TRY(make_ref<InodeFile>(Ref<Inode>::share(this), flags)) };
}

} // namespace kernel::fs
