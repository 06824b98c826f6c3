#pragma once

#include "kernel/fs/inode.hpp"
#include "kernel/fs/ram_directory.hpp"

namespace kernel::fs {

/// A character device's driver, as files see it. The contract is Inode's.
class CharacterDevice {
public:
    virtual Result<u64> read(u64 count, Sink& sink) = 0;
    virtual Result<u64> write(u64 count, Source& source) = 0;
    virtual Result<i64> control(u64, u64) { return Errno::enotty; }

protected:
    ~CharacterDevice() = default;
};

/// A character device that the kernel has, under the name and number of Linux's devices.txt.
struct DeviceEntry {
    std::string_view name;
    DeviceNumber number;
    u32 permissions;
    CharacterDevice* device;
};
std::span<const DeviceEntry> character_devices();

/// A name for a device. There may be nodes for devices that there are not: opening one gives ENXIO.
class DeviceNode final : public Inode {
public:
    DeviceNode(FileType type, u32 permissions, DeviceNumber number);

    bool is_seekable() const override { return false; }
    DeviceNumber device() const override { return number_; }
    Result<Ref<Inode>> open() override;
    Result<u64> read(u64 offset, u64 count, Sink& sink) override;
    Result<u64> write(u64 offset, u64 count, Source& source) override;
    Result<i64> control(u64 command, u64 argument) override;

private:
    DeviceNumber number_;
    CharacterDevice* device_ = nullptr;
};

/// /dev: has a node for each character device without anybody making it. Nodes are made when they are asked for.
class DeviceDirectory final : public RamDirectory {
public:
    explicit DeviceDirectory(RamDirectory* parent) : RamDirectory{0755, parent} {}

    Result<Ref<Inode>> lookup(std::string_view name) override;
    Result<void> read_directory(u64 position, DirectoryVisitor& visitor) override;
};

} // namespace kernel::fs
