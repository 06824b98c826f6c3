#include "kernel/fs/console_device.hpp"
#include "kernel/fs/memory_devices.hpp"
#include "kernel/init/boot_step.hpp"
#include "lib/late.hpp"

#include <array>

namespace kernel::fs {
namespace {

constinit NullDevice null_device;
constinit ZeroDevice zero_device;
constinit FullDevice full_device;
Late<ConsoleDevice> console;

using DeviceTable = std::array<DeviceEntry, 5>;
Late<DeviceTable> devices;

void set_up_character_devices()
{
    ConsoleDevice& console_driver = console.construct();
    devices.construct(DeviceTable{{
        {"null", {1, 3}, 0666, &null_device},
        {"zero", {1, 5}, 0666, &zero_device},
        {"full", {1, 7}, 0666, &full_device},
        {"tty", {5, 0}, 0666, &console_driver},
        {"console", {5, 1}, 0600, &console_driver},
    }});
    console_driver.start();
}

BOOT_STEP(char_devices, NEEDS("pages"), PROVIDES("character_devices"), set_up_character_devices);

} // namespace

std::span<const DeviceEntry> character_devices() { return *devices; }
ConsoleDevice& console_device() { return *console; }

} // namespace kernel::fs
