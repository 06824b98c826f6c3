#pragma once

#include "vmm/devices/byte_device.hpp"
#include "vmm/machine/outcome.hpp"

#include <array>
#include <cstdint>
#include <mutex>
#include <optional>

namespace vitrine {

/// The PC's keyboard controller (Intel 8042, IBM PS/2 Technical Reference) with nothing plugged in: guests use it to
/// reset the machine and to open the A20 gate, and Linux probes it. A20 is always open under KVM; what the guest sets
/// is merely remembered. With no keyboard there is no interrupt either.
class I8042 {
public:
    static constexpr std::uint16_t data_port = 0x60;
    static constexpr std::uint16_t command_port = 0x64;

    /// `machine` must outlive the device.
    explicit I8042(MachineControl& machine) : machine_{machine} {}

    /// What is to be attached at data_port and command_port, one byte each; port 0x61 between them is another device's.
    BusDevice& data() { return data_; }
    BusDevice& command() { return command_; }

private:
    class Data final : public ByteDevice {
    public:
        explicit Data(I8042& owner) : owner_{owner} {}
        std::string_view name() const override { return "i8042-data"; }

    private:
        std::uint8_t read_register(std::uint64_t) override { return owner_.read_data(); }
        void write_register(std::uint64_t, std::uint8_t value) override { owner_.write_data(value); }
        I8042& owner_;
    };

    class Command final : public ByteDevice {
    public:
        explicit Command(I8042& owner) : owner_{owner} {}
        std::string_view name() const override { return "i8042-command"; }

    private:
        std::uint8_t read_register(std::uint64_t) override { return owner_.read_status(); }
        void write_register(std::uint64_t, std::uint8_t value) override { owner_.write_command(value); }
        I8042& owner_;
    };

    std::uint8_t read_data();
    void write_data(std::uint8_t value);
    std::uint8_t read_status();
    void write_command(std::uint8_t command);
    void execute(std::uint8_t command);
    void set_output_port(std::uint8_t value);
    void reset();

    MachineControl& machine_;
    Data data_{*this};
    Command command_{*this};

    std::mutex mutex_;                          ///< guards all below
    std::array<std::uint8_t, 32> memory_{0x74}; ///< byte 0: both ports disabled, translation on, self-test passed
    std::uint8_t output_port_ = 0x03;           ///< A20 open, reset line not pulled
    std::uint8_t output_ = 0;                   ///< what the data port shows
    bool output_full_ = false;
    bool last_was_command_ = false;
    std::optional<std::uint8_t> awaits_data_; ///< the command whose data byte comes next
};

} // namespace vitrine
