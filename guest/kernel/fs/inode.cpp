#include "kernel/fs/inode.hpp"

#include "kernel/fs/inode_file.hpp"
#include "kernel/fs/path.hpp"
#include "kernel/fs/super_block.hpp"

namespace kernel::fs {
namespace {

/// Pairs with itself on other CPUs: numbers must differ, their order means nothing.
u64 next_inode_number()
{
    static u64 last = 0;
    return __atomic_add_fetch(&last, 1, __ATOMIC_RELAXED);
}

} // namespace

Inode::Inode(FileType type, u32 permissions) : Inode{type, permissions, next_inode_number()} {}

Inode::Inode(FileType type, u32 permissions, u64 number)
    : type_{type},
      permissions_{permissions & permission_mask},
      links_{type == FileType::directory ? 2U : 1U},
      number_{number}
{}

Inode::~Inode() = default;

void Inode::set_super_block(Ref<SuperBlock> super_block) { super_block_ = std::move(super_block); }

Result<Ref<File>> Inode::open(u32 flags)
{
    if (type_ == FileType::socket || type_ == FileType::fifo || type_ == FileType::block_device)
        return Errno::enxio;
    return Ref<File> { TRY(make_ref<InodeFile>(Ref<Inode>::share(this), flags)) };
}

Result<Ref<Inode>> Inode::lookup(std::string_view) { return Errno::enotdir; }
/// Directories that make no files give EACCES for them, and EPERM for all else.
Result<Ref<Inode>> Inode::make(std::string_view, const NewInode& what)
{
    return what.type == FileType::regular ? Errno::eacces : Errno::eperm;
}
Result<Ref<Inode>> Inode::make_unnamed(const NewInode&) { return Errno::eopnotsupp; }
// NOLINTNEXTLINE(performance-unnecessary-value-param): those that override it keep the reference
Result<void> Inode::link(std::string_view, Ref<Inode>) { return Errno::eperm; }
Result<void> Inode::unlink(std::string_view) { return Errno::eperm; }
Result<void> Inode::remove_directory(std::string_view) { return Errno::eperm; }
Result<void> Inode::rename(std::string_view, Inode&, std::string_view, u32) { return Errno::eperm; }
Result<void> Inode::read_directory(u64, DirectoryVisitor&) { return Errno::enotdir; }
Result<std::string_view> Inode::link_target() { return Errno::einval; }
Result<void> Inode::read_link(FormatSink& out)
{
    out.append(TRY(link_target()));
    return {};
}
Result<Path> Inode::magic_target() { return Errno::einval; }
Result<u64> Inode::read(u64, u64, Sink&) { return is_directory() ? Errno::eisdir : Errno::einval; }
Result<u64> Inode::write(u64, u64, Source&) { return is_directory() ? Errno::eisdir : Errno::einval; }
Result<void> Inode::truncate(u64) { return is_directory() ? Errno::eisdir : Errno::einval; }
Result<void> Inode::allocate(u64, u64, bool) { return Errno::eopnotsupp; }
Result<void> Inode::punch_hole(u64, u64) { return Errno::eopnotsupp; }
Result<u64> Inode::next_data(u64 offset) { return offset < size() ? Result<u64>{offset} : Errno::enxio; }
Result<u64> Inode::next_hole(u64 offset) { return offset < size() ? Result<u64>{size()} : Errno::enxio; }
Result<mm::SourcePage> Inode::page_at(u64) { return Errno::enodev; }

} // namespace kernel::fs
