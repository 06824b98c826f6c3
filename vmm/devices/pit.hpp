#pragma once

#include "vmm/devices/byte_device.hpp"
#include "vmm/devices/pit_counter.hpp"

#include <array>
#include <chrono>
#include <functional>
#include <mutex>

namespace vitrine {

/// The PC's interval timer (Intel 8254) and port 0x61, which gates its counter 2 and shows that counter's output: what
/// a kernel calibrates its TSC with. Counter 0 counts but raises no interrupt: kernels of this century tick by their
/// local APICs.
class Pit {
public:
    static constexpr std::uint16_t counters_port = 0x40;
    static constexpr std::uint64_t counters_port_count = 4;
    static constexpr std::uint16_t speaker_port = 0x61;

    using Clock = std::function<std::chrono::nanoseconds()>;

    static std::chrono::nanoseconds monotonic() { return std::chrono::steady_clock::now().time_since_epoch(); }

    /// `clock` never goes back; called on any vCPU's thread.
    explicit Pit(Clock clock = monotonic);

    /// What is to be attached at counters_port, and at speaker_port (one byte).
    BusDevice& counters() { return counters_device_; }
    BusDevice& speaker() { return speaker_device_; }

private:
    class Counters final : public ByteDevice {
    public:
        explicit Counters(Pit& owner) : owner_{owner} {}
        std::string_view name() const override { return "pit"; }

    private:
        std::uint8_t read_register(std::uint64_t offset) override { return owner_.read_counter(offset); }
        void write_register(std::uint64_t offset, std::uint8_t value) override { owner_.write_counter(offset, value); }
        Pit& owner_;
    };

    class Speaker final : public ByteDevice {
    public:
        explicit Speaker(Pit& owner) : owner_{owner} {}
        std::string_view name() const override { return "pit-speaker"; }

    private:
        std::uint8_t read_register(std::uint64_t) override { return owner_.read_speaker(); }
        void write_register(std::uint64_t, std::uint8_t value) override { owner_.write_speaker(value); }
        Pit& owner_;
    };

    std::uint8_t read_counter(std::uint64_t offset);
    void write_counter(std::uint64_t offset, std::uint8_t value);
    void control(std::uint8_t word, PitCounter::Time now);
    void read_back(std::uint8_t word, PitCounter::Time now);
    std::uint8_t read_speaker();
    void write_speaker(std::uint8_t value);

    Clock clock_;
    Counters counters_device_{*this};
    Speaker speaker_device_{*this};

    std::mutex mutex_; ///< guards the two below
    std::array<PitCounter, 3> counters_{PitCounter{true}, PitCounter{true}, PitCounter{false}};
    bool speaker_on_ = false;
};

} // namespace vitrine
