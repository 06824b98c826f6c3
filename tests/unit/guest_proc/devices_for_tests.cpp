#include "kernel/fs/memory_devices.hpp"

#include <array>

namespace kernel::fs {

std::span<const DeviceEntry* const> character_devices()
{
    static NullDevice null_device;
    static ZeroDevice zero_device;
    static constexpr auto open_null = [](const Ref<Inode>& node, u32 flags) {
        return open_device(node, flags, null_device);
    };
    static constexpr auto open_zero = [](const Ref<Inode>& node, u32 flags) {
        return open_device(node, flags, zero_device);
    };
    static constexpr DeviceEntry null{{1, 3}, 0666, "null", open_null};
    static constexpr DeviceEntry zero{{1, 5}, 0666, "zero", open_zero};
    static constexpr std::array<const DeviceEntry*, 2> devices{&null, &zero};
    return devices;
}

} // namespace kernel::fs
