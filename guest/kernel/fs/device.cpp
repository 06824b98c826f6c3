#include "kernel/fs/device.hpp"

#include "kernel/fs/super_block.hpp"

namespace kernel::fs {
namespace {

class DeviceFile final : public File {
public:
    DeviceFile(Ref<Inode> node, u32 flags, CharacterDevice& device) : File{std::move(node), flags}, device_{device} {}

    Result<u64> read(u64 count, Sink& sink) override { return device_.read(count, sink); }
    Result<u64> write(u64 count, Source& source) override { return device_.write(count, source); }
    Result<u64> read_at(u64, u64 count, Sink& sink) override
    {
        return device_.ignores_seeks() ? device_.read(count, sink) : Errno::espipe;
    }
    Result<u64> write_at(u64, u64 count, Source& source) override
    {
        return device_.ignores_seeks() ? device_.write(count, source) : Errno::espipe;
    }
    Result<u64> seek(i64, Whence) override { return device_.ignores_seeks() ? Result<u64>{0} : Errno::espipe; }
    Result<i64> control(u64 command, u64 argument) override { return device_.control(command, argument); }
    PollEvents poll(PollTable* table) override { return device_.poll(table); }

private:
    CharacterDevice& device_;
};

const DeviceEntry* find_device(DeviceNumber number)
{
    for (const DeviceEntry* const entry : character_devices())
        if (entry->number.major == number.major && number.minor - entry->number.minor < entry->count)
            return entry;
    return nullptr;
}

} // namespace

Result<Ref<File>> open_device(const Ref<Inode>& node, u32 flags, CharacterDevice& device)
{
    return Ref<File> { TRY(make_ref<DeviceFile>(node, flags, device)) };
}

Result<Ref<File>> DeviceNode::open(u32 flags)
{
    const DeviceEntry* const entry = type() == FileType::character_device ? find_device(number_) : nullptr;
    if (entry == nullptr)
        return Errno::enxio;
    return entry->open(Ref<Inode>::share(this), flags);
}

Result<Ref<Inode>> DeviceDirectory::lookup(std::string_view name)
{
    auto found = RamDirectory::lookup(name);
    if (found || found.error() != Errno::enoent)
        return found;
    for (const DeviceEntry* const entry : character_devices()) {
        if (entry->name != name)
            continue;
        const NewInode what{.type = FileType::character_device, .permissions = entry->permissions};
        Ref<Inode> node =
            TRY(make_inode<DeviceNode>(what, super_block_reference(), what.type, what.permissions, entry->number));
        const auto added = add(name, node);
        if (!added && added.error() == Errno::eexist)
            return RamDirectory::lookup(name); // another CPU was faster
        if (!added)
            return added.error();
        return node;
    }
    return Errno::enoent;
}

Result<void> DeviceDirectory::read_directory(u64 position, DirectoryVisitor& visitor)
{
    for (const DeviceEntry* const entry : character_devices())
        if (!entry->name.empty())
            TRY(lookup(entry->name));
    return RamDirectory::read_directory(position, visitor);
}

} // namespace kernel::fs
