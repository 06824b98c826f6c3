#include "kernel/fs/device.hpp"

namespace kernel::fs {

DeviceNode::DeviceNode(FileType type, u32 permissions, DeviceNumber number) : Inode{type, permissions}, number_{number}
{
    if (type != FileType::character_device)
        return;
    for (const DeviceEntry& entry : character_devices())
        if (entry.number == number)
            device_ = entry.device;
}

Result<Ref<Inode>> DeviceNode::open()
{
    if (device_ == nullptr)
        return Errno::enxio;
    return Ref<Inode>::share(this);
}

Result<u64> DeviceNode::read(u64, u64 count, Sink& sink) { return device_->read(count, sink); }
Result<u64> DeviceNode::write(u64, u64 count, Source& source) { return device_->write(count, source); }
Result<i64> DeviceNode::control(u64 command, u64 argument) { return device_->control(command, argument); }

Result<Ref<Inode>> DeviceDirectory::lookup(std::string_view name)
{
    auto found = RamDirectory::lookup(name);
    if (found || found.error() != Errno::enoent)
        return found;
    for (const DeviceEntry& entry : character_devices()) {
        if (entry.name != name)
            continue;
        Ref<Inode> node = TRY(make_ref<DeviceNode>(FileType::character_device, entry.permissions, entry.number));
        const auto linked = link(name, node);
        if (!linked && linked.error() == Errno::eexist)
            return RamDirectory::lookup(name); // another CPU was faster
        if (!linked)
            return linked.error();
        return node;
    }
    return Errno::enoent;
}

Result<void> DeviceDirectory::read_directory(u64 position, DirectoryVisitor& visitor)
{
    for (const DeviceEntry& entry : character_devices())
        TRY(lookup(entry.name));
    return RamDirectory::read_directory(position, visitor);
}

} // namespace kernel::fs
