#pragma once

#include "abi/boot_info.hpp"
#include "vmm/devices/console_input.hpp"
#include "vmm/devices/console_output.hpp"
#include "vmm/devices/console_size.hpp"
#include "vmm/devices/debug_exit.hpp"
#include "vmm/devices/exit_port.hpp"
#include "vmm/devices/fw_cfg.hpp"
#include "vmm/devices/i8042.hpp"
#include "vmm/devices/interrupt_tester.hpp"
#include "vmm/devices/pit.hpp"
#include "vmm/devices/reset_ports.hpp"
#include "vmm/devices/rtc.hpp"
#include "vmm/devices/serial.hpp"
#include "vmm/machine/bus.hpp"
#include "vmm/machine/interrupts.hpp"
#include "vmm/machine/machine.hpp"
#include "vmm/observe/exit_key.hpp"

#include <boost/asio/io_context.hpp>

#include <memory>
#include <optional>
#include <vector>

namespace vitrine {

/// All devices of a machine, and where each answers: the map is in device_set.cpp.
class DeviceSet final : public DeviceNames {
public:
    /// All must outlive the devices. Throws std::system_error, KvmError.
    DeviceSet(const MachineConfig& config, const MachineIo& io, boost::asio::io_context& loop, MachineControl& machine,
              Interrupts& interrupts);

    const Bus& ports() const { return ports_; }
    const Bus& memory() const { return memory_; }
    ConsoleOutput& console() { return console_; }
    const ConsoleOutput& console() const { return console_; }
    /// For a guest that turned out to have trace rings. Before the first vCPU runs.
    void attach_trace(BusDevice& port);

    /// Begins to give the guest what comes from `descriptor`; null when there is nobody to give it to. Before the first
    /// vCPU runs; destroyed after the last one. Throws std::system_error.
    std::unique_ptr<ConsoleInput> start_console_input(int descriptor, boost::asio::io_context& loop,
                                                      MachineControl& machine);

    /// What the guest is told it has.
    std::vector<abi::Device> list() const;

    std::string_view at_port(std::uint16_t port) const override;
    std::string_view at_address(std::uint64_t address) const override;

private:
    void create(const MachineConfig& config, MachineControl& machine, Interrupts& interrupts);
    void attach_ports();
    void attach_memory(Interrupts& interrupts);

    bool has_io_apic_; ///< ours or KVM's
    Bus ports_;
    Bus memory_;
    ConsoleOutput console_;
    std::optional<ConsoleSize> console_size_;
    ExitPort exit_port_;
    SystemControlPortA control_port_;
    ResetControl reset_control_;
    std::optional<DebugExit> debug_exit_;
    std::optional<FwCfg> fw_cfg_;
    std::optional<I8042> i8042_;
    std::optional<InterruptTester> interrupt_tester_;
    std::optional<Pit> pit_;
    std::optional<Rtc> rtc_;
    std::optional<Serial> serial_;
};

} // namespace vitrine
