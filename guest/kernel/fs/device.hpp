#pragma once

#include "kernel/fs/file.hpp"
#include "kernel/fs/ram_directory.hpp"

#include <span>

namespace kernel::fs {

/// A character device's driver for devices that have no state for each open file. The contract is File's.
class CharacterDevice {
public:
    virtual Result<u64> read(u64 count, Sink& sink) = 0;
    virtual Result<u64> write(u64 count, Source& source) = 0;
    virtual Result<i64> control(u64, u64) { return Errno::enotty; }
    virtual PollEvents poll(PollTable*) { return poll::always; }
    /// lseek(2) does nothing and succeeds, as on memory devices.
    virtual bool ignores_seeks() const { return false; }

protected:
    ~CharacterDevice() = default;
};

/// The open file of such a device.
Result<Ref<File>> open_device(const Ref<Inode>& node, u32 flags, CharacterDevice& device);

/// Opens a device by its node, with open(2)'s flags.
using OpenDevice = Result<Ref<File>> (*)(const Ref<Inode>& node, u32 flags);

/// Character devices that the kernel has, by the numbers of Linux's devices.txt. Drivers declare theirs beside their
/// code:
///
///     CHARACTER_DEVICE(null, {1, 3}, 0666, "null", [](const Ref<Inode>& node, u32 flags) { ... });
struct DeviceEntry {
    DeviceNumber number;
    u32 permissions;
    /// In /dev; empty: whoever makes the nodes finds a place for them.
    std::string_view name;
    OpenDevice open;
    u32 count = 1; ///< of minor numbers from that one on; they have no names
};

/// At namespace scope. `name` is unique in the file.
#define CHARACTER_DEVICE(name, ...)                                                                                    \
    namespace {                                                                                                        \
    constexpr ::kernel::fs::DeviceEntry name##_device_entry{__VA_ARGS__};                                              \
    [[gnu::section(".character_devices"), gnu::used]] constexpr const ::kernel::fs::DeviceEntry* name##_device =       \
        &name##_device_entry;                                                                                          \
    }                                                                                                                  \
    static_assert(true)

/// All that have been declared.
std::span<const DeviceEntry* const> character_devices();

/// A name for a device, a FIFO or a socket. There may be nodes for devices that there are not: opening one gives ENXIO.
class DeviceNode final : public Inode {
public:
    DeviceNode(FileType type, u32 permissions, DeviceNumber number) : Inode{type, permissions}, number_{number} {}

    DeviceNumber device() const override { return number_; }
    Result<Ref<File>> open(u32 flags) override;

private:
    DeviceNumber number_;
};

/// /dev: has a node for each character device without anybody making it. Nodes are made when they are asked for.
class DeviceDirectory final : public RamDirectory {
public:
    explicit DeviceDirectory(u32 permissions) : RamDirectory{permissions} {}

    Result<Ref<Inode>> lookup(std::string_view name) override;
    Result<void> read_directory(u64 position, DirectoryVisitor& visitor) override;
};

} // namespace kernel::fs
