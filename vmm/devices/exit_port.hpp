#pragma once

#include "vmm/machine/bus.hpp"
#include "vmm/machine/outcome.hpp"

namespace vitrine {

/// Our guests' way out: a write to abi::exit_port ends the run, and its low 8 bits are the guest's exit status.
class ExitPort final : public BusDevice {
public:
    static constexpr std::uint64_t port_count = 4;

    /// `machine` must outlive the device.
    explicit ExitPort(MachineControl& machine) : machine_{machine} {}

    std::string_view name() const override { return "exit"; }
    void read(std::uint64_t, std::span<std::byte>) override {}
    void write(std::uint64_t offset, std::span<const std::byte> data) override;

private:
    MachineControl& machine_;
};

} // namespace vitrine
