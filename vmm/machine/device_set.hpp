#pragma once

#include "abi/boot_info.hpp"
#include "vmm/devices/console_output.hpp"
#include "vmm/devices/debug_exit.hpp"
#include "vmm/devices/exit_port.hpp"
#include "vmm/devices/serial.hpp"
#include "vmm/machine/bus.hpp"
#include "vmm/machine/interrupts.hpp"
#include "vmm/machine/machine.hpp"
#include "vmm/observe/exit_key.hpp"

#include <boost/asio/io_context.hpp>

#include <optional>
#include <vector>

namespace vitrine {

/// All devices of a machine, and where each answers: see device_set.cpp for the map.
class DeviceSet final : public DeviceNames {
public:
    /// All must outlive the devices. Throws std::system_error, KvmError.
    DeviceSet(const MachineConfig& config, const MachineIo& io, boost::asio::io_context& loop, MachineControl& machine,
              Interrupts& interrupts);

    const Bus& ports() const { return ports_; }
    const Bus& memory() const { return memory_; }
    ConsoleOutput& console() { return console_; }

    /// What the guest is told it has.
    std::vector<abi::Device> list() const;

    std::string_view at_port(std::uint16_t port) const override;
    std::string_view at_address(std::uint64_t address) const override;

private:
    void attach_ports();

    Bus ports_;
    Bus memory_;
    ConsoleOutput console_;
    ExitPort exit_port_;
    std::optional<DebugExit> debug_exit_;
    std::optional<Serial> serial_;
};

} // namespace vitrine
