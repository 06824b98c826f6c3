#include "kernel/fs/memory_devices.hpp"

/// From the linker script.
extern "C" {
extern const kernel::fs::DeviceEntry* const character_devices_begin[];
extern const kernel::fs::DeviceEntry* const character_devices_end[];
}

namespace kernel::fs {
namespace {

constinit NullDevice null_device;
constinit ZeroDevice zero_device;
constinit FullDevice full_device;

Result<Ref<File>> open_null(const Ref<Inode>& node, u32 flags) { return open_device(node, flags, null_device); }
Result<Ref<File>> open_zero(const Ref<Inode>& node, u32 flags) { return open_device(node, flags, zero_device); }
Result<Ref<File>> open_full(const Ref<Inode>& node, u32 flags) { return open_device(node, flags, full_device); }

CHARACTER_DEVICE(null, {1, 3}, 0666, "null", open_null);
CHARACTER_DEVICE(zero, {1, 5}, 0666, "zero", open_zero);
CHARACTER_DEVICE(full, {1, 7}, 0666, "full", open_full);

} // namespace

std::span<const DeviceEntry* const> character_devices() { return {character_devices_begin, character_devices_end}; }

} // namespace kernel::fs
