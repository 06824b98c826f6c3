#include "kernel/fs/memory_devices.hpp"

#include <array>

namespace kernel::fs {

std::span<const DeviceEntry> character_devices()
{
    static NullDevice null;
    static ZeroDevice zero;
    static const std::array<DeviceEntry, 2> devices{{{"null", {1, 3}, 0666, &null}, {"zero", {1, 5}, 0666, &zero}}};
    return devices;
}

} // namespace kernel::fs
