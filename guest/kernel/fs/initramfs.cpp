#include "kernel/fs/initramfs.hpp"

#include "kernel/fs/cpio.hpp"
#include "kernel/fs/device.hpp"
#include "kernel/fs/fifo_node.hpp"
#include "kernel/fs/ram_file.hpp"
#include "kernel/fs/ram_symlink.hpp"
#include "kernel/fs/walk.hpp"
#include "kernel/printk.hpp"

namespace kernel::fs {
namespace {

/// Unpacks one archive.
class Unpacker {
public:
    explicit Unpacker(const Path& root) : view_{root, root, root_credentials_} {}
    ~Unpacker()
    {
        links_.clear_and_dispose([](HardLink* link) { Box<HardLink>{link}; });
    }

    Result<void> unpack(const CpioEntry& entry);

private:
    /// A file with several names, of which the archive has shown one.
    struct HardLink {
        HardLink(u32 inode, Ref<RamFile> shared) : number{inode}, file{std::move(shared)} {}

        u32 number; ///< the archive's inode number
        Ref<RamFile> file;
        ListHook hook;
    };

    Result<Ref<Inode>> parent_of(std::string_view& name);
    Result<Ref<Inode>> make_inode(const CpioEntry& entry);
    static Result<void> unpack_directory(Inode& parent, std::string_view name, const CpioEntry& entry);
    Result<Ref<Inode>> make_file(const CpioEntry& entry);

    Credentials root_credentials_; // as they are made
    View view_;
    List<HardLink, &HardLink::hook> links_;
    std::string_view last_parent_name_; ///< archives list a folder's files together: walk to it once
    Ref<Inode> last_parent_;
};

/// Takes the folders off `name`.
Result<Ref<Inode>> Unpacker::parent_of(std::string_view& name)
{
    const auto slash = name.rfind('/');
    if (slash == std::string_view::npos)
        return view_.root.dentry->inode_reference();
    const std::string_view folder{name.data(), slash};
    name.remove_prefix(slash + 1);
    if (!last_parent_ || folder != last_parent_name_) {
        last_parent_ = TRY(find(view_, folder.empty() ? "/" : folder))
        .dentry->inode_reference();
        last_parent_name_ = folder;
    }
    return last_parent_;
}

Result<Ref<Inode>> Unpacker::make_file(const CpioEntry& entry)
{
    if (entry.link_count < 2)
        return Ref<Inode> { TRY(make_ref<RamFile>(entry.mode, entry.data)) };
    for (HardLink& link : links_)
        if (link.number == entry.inode) {
            link.file->set_initial(entry.data);
            return Ref<Inode>{link.file};
        }
    Ref<RamFile> file = TRY(make_ref<RamFile>(entry.mode, entry.data));
    links_.push_back(*TRY(make_box<HardLink>(entry.inode, file)).release());
    return Ref<Inode>{file};
}

Result<Ref<Inode>> Unpacker::make_inode(const CpioEntry& entry)
{
    const auto type = static_cast<FileType>(entry.mode & file_type_mask);
    switch (type) {
    case FileType::regular: return make_file(entry);
    case FileType::symlink: {
        const std::string_view target{reinterpret_cast<const char*>(entry.data.data()), entry.data.size()};
        return Ref<Inode> { TRY(make_ref<RamSymlink>(target)) };
    }
    case FileType::fifo: return make_fifo(entry.mode);
    case FileType::character_device:
    case FileType::block_device:
    case FileType::socket: {
        const DeviceNumber number{entry.device_major, entry.device_minor};
        return Ref<Inode> { TRY(make_ref<DeviceNode>(type, entry.mode, number)) };
    }
    default: return Errno::einval;
    }
}

Result<void> Unpacker::unpack_directory(Inode& parent, std::string_view name, const CpioEntry& entry)
{
    auto made = parent.make(
        name,
        {.type = FileType::directory, .permissions = entry.mode & permission_mask, .uid = entry.uid, .gid = entry.gid});
    if (!made && made.error() == Errno::eexist)
        return {};
    if (!made)
        return made.error();
    made.value()->set_all_times({static_cast<i64>(entry.modified), 0});
    return {};
}

Result<void> Unpacker::unpack(const CpioEntry& entry)
{
    std::string_view name = entry.name;
    while (!name.empty() && name.back() == '/')
        name.remove_suffix(1);
    const Ref<Inode> parent = TRY(parent_of(name));
    if (name.empty() || name == ".")
        return {}; // the root itself
    if (name == "..")
        return Errno::einval;
    if (static_cast<FileType>(entry.mode & file_type_mask) == FileType::directory)
        return unpack_directory(*parent, name, entry);
    const Ref<Inode> inode = TRY(make_inode(entry));
    TRY(parent->link(name, inode));
    if (inode->super_block() == nullptr) { // its first name, which it had been counted for
        inode->set_super_block(Ref<SuperBlock>::share(parent->super_block()));
        inode->add_links(-1);
    }
    inode->set_owner(entry.uid, entry.gid);
    inode->set_all_times({static_cast<i64>(entry.modified), 0});
    return {};
}

} // namespace

void unpack_initramfs(const Path& root, std::span<const std::byte> archive)
{
    CpioReader reader{archive};
    Unpacker unpacker{root};
    CpioEntry entry;
    for (;;) {
        const auto more = reader.next(entry);
        if (!more) {
            printk(LogLevel::error, "initramfs: damaged at byte {}: {}", reader.offset(), reader.problem());
            return;
        }
        if (!more.value())
            return;
        if (const auto done = unpacker.unpack(entry); !done)
            printk(LogLevel::warning, "initramfs: {}: {}", entry.name, done.error());
    }
}

} // namespace kernel::fs
