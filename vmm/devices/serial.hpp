#pragma once

#include "vmm/devices/byte_device.hpp"
#include "vmm/devices/byte_stream.hpp"
#include "vmm/machine/interrupt_line.hpp"

#include <array>
#include <cstdint>
#include <functional>
#include <mutex>
#include <string_view>
#include <utility>

namespace vitrine {

/// The PC's serial port: a 16550A UART (National Semiconductor PC16550D data sheet). Eight ports, one interrupt.
///
/// The wire is infinitely fast: what the guest writes is sent at once, so the transmitter is always empty, and received
/// bytes below the FIFO's trigger level raise the character timeout without delay. The peer obeys RTS: no byte comes
/// before the guest has set RTS, enabled the receive interrupt, or polled LSR without ever having written MCR, so none
/// is lost to a driver that clears the FIFO as it starts. The interrupt is not gated by MCR.OUT2, as a PC's is: drivers
/// that forget it work on other virtual machines, too.
class Serial final : public ByteDevice, public InputReceiver {
public:
    static constexpr std::uint16_t com1_port = 0x3f8;
    static constexpr unsigned com1_irq = 4;
    static constexpr std::uint64_t port_count = 8;

    /// Both must outlive the device.
    Serial(OutputSink& output, InterruptLine& interrupt) : output_{output}, interrupt_{interrupt} {}

    std::string_view name() const override { return "serial"; }

    std::size_t receive(std::string_view bytes) override;
    void on_room(std::function<void()> callback) override { on_room_ = std::move(callback); }

private:
    /// The receive FIFO; one byte long when FIFOs are off.
    class Fifo {
    public:
        static constexpr std::size_t capacity = 16;
        std::size_t size() const { return size_; }
        bool empty() const { return size_ == 0; }
        void clear() { size_ = 0; }
        void push(std::uint8_t byte) { bytes_[(first_ + size_++) % capacity] = byte; }
        std::uint8_t pop();

    private:
        std::array<std::uint8_t, capacity> bytes_{};
        std::size_t first_ = 0;
        std::size_t size_ = 0;
    };

    std::uint8_t read_register(std::uint64_t offset) override;
    void write_register(std::uint64_t offset, std::uint8_t value) override;

    std::uint8_t read_locked(std::uint64_t offset);
    void write_locked(std::uint64_t offset, std::uint8_t value);
    std::uint8_t read_receive_buffer();
    std::uint8_t read_interrupt_identification();
    std::uint8_t read_line_status();
    std::uint8_t read_modem_status();
    void write_transmitter(std::uint8_t value);
    void write_interrupt_enable(std::uint8_t value);
    void write_fifo_control(std::uint8_t value);
    void write_modem_control(std::uint8_t value);

    bool divisor_latch_open() const;
    bool loopback() const;
    bool ready_to_receive() const;
    bool fifos_on() const;
    std::size_t fifo_size() const { return fifos_on() ? Fifo::capacity : 1; }
    std::size_t trigger_level() const;
    void receive_one(std::uint8_t byte);
    std::uint8_t modem_inputs() const;
    std::uint8_t pending_interrupt() const;
    void update_interrupt();
    bool room_to_announce();

    OutputSink& output_;
    InterruptLine& interrupt_;
    std::function<void()> on_room_;

    std::mutex
        mutex_; ///< guards all below; taken before the interrupt line's locks, never held while output is written
    Fifo received_;
    /// What has been seen of the guest's driver: one that only ever polls LSR knows nothing of RTS and gets input, too.
    enum class Driver { unknown, polls, sets_modem_control } driver_ = Driver::unknown;
    bool sender_waits_ = false; ///< receive() left bytes behind
    bool transmitter_empty_pending_ = false;
    bool line_high_ = false; ///< what the interrupt line was last told
    std::uint8_t interrupt_enable_ = 0;
    std::uint8_t fifo_control_ = 0;
    std::uint8_t line_control_ = 0;
    std::uint8_t line_errors_ = 0; ///< the error bits of LSR
    std::uint8_t modem_control_ = 0;
    std::uint8_t modem_deltas_ = 0; ///< the low half of MSR
    std::uint8_t scratch_ = 0;
    std::uint16_t divisor_ = 12; ///< 9600 baud, of no effect
};

} // namespace vitrine
