#include "vmm/machine/device_set.hpp"

#include "abi/ports.hpp"

namespace vitrine {

DeviceSet::DeviceSet(const MachineConfig& config, const MachineIo& io, boost::asio::io_context& loop,
                     MachineControl& machine, Interrupts& interrupts)
    : console_{loop, io.console_output, io.console_observer}, exit_port_{machine}
{
    if (config.devices.debug_exit)
        debug_exit_.emplace(machine);
    if (config.devices.serial)
        serial_.emplace(console_, interrupts.line(Serial::com1_irq));
    attach_ports();
}

void DeviceSet::attach_ports()
{
    const auto attach = [this](std::uint16_t port, std::uint64_t count, auto& device) {
        if (device)
            ports_.attach(port, count, *device);
    };
    attach(abi::debug_exit_port, DebugExit::port_count, debug_exit_);
    attach(Serial::com1_port, Serial::port_count, serial_);
    ports_.attach(abi::exit_port, ExitPort::port_count, exit_port_);
}

std::vector<abi::Device> DeviceSet::list() const
{
    std::vector<abi::Device> devices;
    if (serial_)
        devices.push_back({.kind = abi::DeviceKind::serial_16550,
                           .gsi = Serial::com1_irq,
                           .base = Serial::com1_port,
                           .size = Serial::port_count});
    return devices;
}

std::string_view DeviceSet::at_port(std::uint16_t port) const
{
    const BusRange* const range = ports_.find(port, 1);
    return range ? range->device->name() : std::string_view{};
}

std::string_view DeviceSet::at_address(std::uint64_t address) const
{
    const BusRange* const range = memory_.find(address, 1);
    return range ? range->device->name() : std::string_view{};
}

} // namespace vitrine
