#pragma once

#include "vmm/devices/byte_device.hpp"
#include "vmm/machine/address.hpp"

#include <array>
#include <chrono>
#include <cstdint>
#include <ctime>
#include <functional>
#include <mutex>

namespace vitrine {

/// The PC's clock and CMOS memory: Motorola MC146818. It shows the host's time in UTC, or what the guest set it to and
/// how far that has come since. Memory sizes and the CPU count are where PC firmware leaves them. Alarms and periodic
/// interrupts are not modelled: their registers remember what is written.
class Rtc final : public ByteDevice {
public:
    static constexpr std::uint16_t index_port = 0x70;
    static constexpr std::uint64_t port_count = 2;

    using Clock = std::function<std::chrono::system_clock::time_point()>;

    /// `clock` tells the host's time, on any vCPU's thread.
    Rtc(Bytes memory, unsigned cpus, Clock clock = std::chrono::system_clock::now);

    std::string_view name() const override { return "rtc"; }

private:
    std::uint8_t read_register(std::uint64_t offset) override;
    void write_register(std::uint64_t offset, std::uint8_t value) override;

    std::uint8_t read_cmos();
    void write_cmos(std::uint8_t value);
    void set_memory_sizes(Bytes memory);

    bool halted() const;
    bool updating() const;
    std::chrono::seconds host_time() const;
    std::tm guest_time() const;
    void set_guest_time(std::tm time);
    std::uint8_t time_field(const std::tm& time, std::uint8_t index) const;
    void write_time_field(std::uint8_t index, std::uint8_t value);
    std::uint8_t encode(int value) const;
    int decode(std::uint8_t value) const;
    std::uint8_t encode_hour(int hour) const;
    int decode_hour(std::uint8_t value) const;

    Clock clock_;

    mutable std::mutex mutex_; ///< guards all below
    std::uint8_t index_ = 0;
    std::array<std::uint8_t, 128> cmos_{}; ///< all but the time registers
    std::chrono::seconds offset_{0};       ///< guest's time minus host's
    std::tm halted_time_{};                ///< shown while the guest has stopped the clock to set it
};

} // namespace vitrine
