#pragma once

#include "vmm/devices/byte_device.hpp"
#include "vmm/machine/outcome.hpp"

#include <atomic>
#include <cstdint>

namespace vitrine {

/// System Control Port A of the PS/2: bit 0 set resets the machine, bit 1 is the A20 gate (merely remembered).
class SystemControlPortA final : public ByteDevice {
public:
    static constexpr std::uint16_t port = 0x92;

    /// `machine` must outlive the device.
    explicit SystemControlPortA(MachineControl& machine) : machine_{machine} {}
    std::string_view name() const override { return "port-92"; }

private:
    std::uint8_t read_register(std::uint64_t) override { return value_; }
    void write_register(std::uint64_t, std::uint8_t value) override;

    MachineControl& machine_;
    std::atomic<std::uint8_t> value_{0x02};
};

/// The chipset's reset control register (Intel PIIX3, RST_CR): setting bit 2 resets the machine; bit 1 chooses a hard
/// reset, which is the same here.
class ResetControl final : public ByteDevice {
public:
    static constexpr std::uint16_t port = 0xcf9;

    /// `machine` must outlive the device.
    explicit ResetControl(MachineControl& machine) : machine_{machine} {}
    std::string_view name() const override { return "reset-control"; }

private:
    std::uint8_t read_register(std::uint64_t) override { return value_; }
    void write_register(std::uint64_t, std::uint8_t value) override;

    MachineControl& machine_;
    std::atomic<std::uint8_t> value_{0};
};

} // namespace vitrine
