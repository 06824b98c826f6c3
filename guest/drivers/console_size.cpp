#include "abi/boot_info.hpp"
#include "abi/ports.hpp"
#include "arch/paging.hpp"
#include "arch/port_io.hpp"
#include "kernel/init/boot_step.hpp"
#include "kernel/irq/irq.hpp"
#include "kernel/printk.hpp"
#include "kernel/tty/console_terminal.hpp"
#include "kernel/workqueue/workqueue.hpp"
#include "lib/late.hpp"

#include <span>

// The size of the terminal that the console is on, as the VMM tells it (abi/ports.hpp). Its changes become SIGWINCH.
namespace kernel {
namespace {

u16 read_half(u16 port)
{
    const u16 low = arch::read_port(port);
    return static_cast<u16>(low | arch::read_port(static_cast<u16>(port + 1)) << 8);
}

/// Byte by byte, as drivers read: when the size changes meanwhile, another interrupt is on its way.
void take_size(Work&)
{
    constexpr u16 port = vitrine::abi::console_size_port;
    tty::console_terminal()->set_window_size({.rows = read_half(port), .columns = read_half(port + 2)});
}

Late<Work> work;

irq::Return on_change(unsigned, void*)
{
    schedule_work(*work); // signals are sent there
    return irq::Return::handled;
}

void set_up_console_size()
{
    const vitrine::abi::Table& table = boot_info().devices;
    const std::span devices{arch::direct_map<const vitrine::abi::Device>({table.address}), table.count};
    for (const vitrine::abi::Device& device : devices) {
        if (device.kind != vitrine::abi::DeviceKind::console_size)
            continue;
        take_size(work.construct(take_size));
        if (!irq::request(device.gsi, on_change, {.trigger = irq::Trigger::edge}, "console-size", nullptr))
            printk(LogLevel::warning, "console: no interrupt {}, so its size stays what it is", device.gsi);
    }
}

BOOT_STEP(console_size, NEEDS("interrupts", "character_devices"), PROVIDES(), set_up_console_size);

} // namespace
} // namespace kernel
