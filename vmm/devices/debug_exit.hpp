#pragma once

#include "vmm/machine/bus.hpp"
#include "vmm/machine/outcome.hpp"

namespace vitrine {

/// QEMU's isa-debug-exit at abi::debug_exit_port, which test kernels such as kvm-unit-tests use: a write of V ends the
/// run with status (V << 1) | 1, cut to 8 bits as exit(3) does. So no guest can claim success (0) through it.
class DebugExit final : public BusDevice {
public:
    static constexpr std::uint64_t port_count = 4;

    /// `machine` must outlive the device.
    explicit DebugExit(MachineControl& machine) : machine_{machine} {}

    std::string_view name() const override { return "debug-exit"; }
    void read(std::uint64_t, std::span<std::byte>) override {}
    void write(std::uint64_t offset, std::span<const std::byte> data) override;

private:
    MachineControl& machine_;
};

} // namespace vitrine
