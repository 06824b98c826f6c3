#include "kernel/fs/initramfs.hpp"

#include "kernel/fs/cpio.hpp"
#include "kernel/fs/device.hpp"
#include "kernel/fs/path.hpp"
#include "kernel/fs/ram_file.hpp"
#include "kernel/fs/ram_symlink.hpp"
#include "kernel/printk.hpp"

namespace kernel::fs {
namespace {

/// Unpacks one archive.
class Unpacker {
public:
    explicit Unpacker(const Ref<Inode>& root) : root_{root} {}
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
    Result<Ref<Inode>> make_file(const CpioEntry& entry);

    const Ref<Inode>& root_;
    List<HardLink, &HardLink::hook> links_;
    std::string_view last_parent_name_; ///< archives list a folder's files together: walk to it once
    Ref<Inode> last_parent_;
};

/// Takes the folders off `name`.
Result<Ref<Inode>> Unpacker::parent_of(std::string_view& name)
{
    const auto slash = name.rfind('/');
    if (slash == std::string_view::npos)
        return root_;
    const std::string_view folder{name.data(), slash};
    name.remove_prefix(slash + 1);
    if (!last_parent_ || folder != last_parent_name_) {
        last_parent_ = TRY(resolve(root_, root_, folder.empty() ? "/" : folder));
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
    case FileType::character_device:
    case FileType::block_device:
    case FileType::fifo:
    case FileType::socket: {
        const DeviceNumber number{entry.device_major, entry.device_minor};
        return Ref<Inode> { TRY(make_ref<DeviceNode>(type, entry.mode, number)) };
    }
    default: return Errno::einval;
    }
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
    if (static_cast<FileType>(entry.mode & file_type_mask) != FileType::directory)
        return parent->link(name, TRY(make_inode(entry)));
    const auto made = parent->create_directory(name, entry.mode);
    if (!made && made.error() != Errno::eexist)
        return made.error();
    return {};
}

} // namespace

void unpack_initramfs(const Ref<Inode>& root, std::span<const std::byte> archive)
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
