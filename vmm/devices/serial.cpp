#include "vmm/devices/serial.hpp"

#include <algorithm>

namespace vitrine {

namespace {

/// Register offsets. Offset 2 is IIR when read and FCR when written.
enum Register : std::uint64_t {
    data_or_divisor_low = 0,
    interrupt_enable_or_divisor_high = 1,
    identification_or_fifo_control = 2,
    line_control = 3,
    modem_control = 4,
    line_status = 5,
    modem_status = 6,
    scratch = 7,
};

enum InterruptEnable : std::uint8_t {
    ier_received = 0x01,
    ier_transmitter_empty = 0x02,
    ier_line_status = 0x04,
    ier_modem_status = 0x08,
    ier_all = 0x0f,
};

/// In order of priority, highest first.
enum InterruptIdentification : std::uint8_t {
    iir_line_status = 0x06,
    iir_received = 0x04,
    iir_character_timeout = 0x0c,
    iir_transmitter_empty = 0x02,
    iir_modem_status = 0x00,
    iir_none = 0x01,
    iir_fifos_on = 0xc0,
};

enum FifoControl : std::uint8_t {
    fcr_enable = 0x01,
    fcr_clear_receiver = 0x02,
    fcr_trigger_shift = 6,
    fcr_kept = 0xc9, ///< the clear bits clear themselves
};

enum LineControl : std::uint8_t { lcr_divisor_latch = 0x80 };

enum ModemControl : std::uint8_t {
    mcr_dtr = 0x01,
    mcr_rts = 0x02,
    mcr_out1 = 0x04,
    mcr_out2 = 0x08,
    mcr_loopback = 0x10,
    mcr_all = 0x1f,
};

enum LineStatus : std::uint8_t {
    lsr_data_ready = 0x01,
    lsr_overrun = 0x02,
    lsr_holding_empty = 0x20,
    lsr_transmitter_empty = 0x40,
};

/// The low half holds the deltas of the high half.
enum ModemStatus : std::uint8_t {
    msr_trailing_ring = 0x04,
    msr_cts = 0x10,
    msr_dsr = 0x20,
    msr_ring = 0x40,
    msr_dcd = 0x80
};

} // namespace

std::uint8_t Serial::Fifo::pop()
{
    const std::uint8_t byte = bytes_[first_];
    first_ = (first_ + 1) % capacity;
    --size_;
    return byte;
}

std::size_t Serial::receive(std::string_view bytes)
{
    const std::lock_guard lock{mutex_};
    const std::size_t room = ready_to_receive() ? fifo_size() - std::min(fifo_size(), received_.size()) : 0;
    const std::size_t count = std::min(room, bytes.size());
    for (const char byte : bytes.substr(0, count))
        received_.push(static_cast<std::uint8_t>(byte));
    sender_waits_ = count < bytes.size();
    update_interrupt();
    return count;
}

std::uint8_t Serial::read_register(std::uint64_t offset)
{
    std::unique_lock lock{mutex_};
    const std::uint8_t value = read_locked(offset);
    const bool announce = room_to_announce();
    lock.unlock();
    if (announce)
        on_room_();
    return value;
}

void Serial::write_register(std::uint64_t offset, std::uint8_t value)
{
    std::unique_lock lock{mutex_};
    const bool sent = offset == data_or_divisor_low && !divisor_latch_open() && !loopback();
    if (sent) {
        // The sink may wait for the host's reader; the device must go on answering meanwhile.
        lock.unlock();
        const char byte = static_cast<char>(value);
        output_.write({&byte, 1});
        lock.lock();
    }
    write_locked(offset, value);
    const bool announce = room_to_announce();
    lock.unlock();
    if (announce)
        on_room_();
}

std::uint8_t Serial::read_locked(std::uint64_t offset)
{
    switch (offset) {
    case data_or_divisor_low: return divisor_latch_open() ? divisor_ & 0xff : read_receive_buffer();
    case interrupt_enable_or_divisor_high: return divisor_latch_open() ? divisor_ >> 8 : interrupt_enable_;
    case identification_or_fifo_control: return read_interrupt_identification();
    case line_control: return line_control_;
    case modem_control: return modem_control_;
    case line_status: return read_line_status();
    case modem_status: return read_modem_status();
    case scratch: return scratch_;
    default: return 0xff;
    }
}

void Serial::write_locked(std::uint64_t offset, std::uint8_t value)
{
    switch (offset) {
    case data_or_divisor_low:
        if (divisor_latch_open())
            divisor_ = static_cast<std::uint16_t>((divisor_ & 0xff00) | value);
        else
            write_transmitter(value);
        break;
    case interrupt_enable_or_divisor_high:
        if (divisor_latch_open())
            divisor_ = static_cast<std::uint16_t>((divisor_ & 0x00ff) | value << 8);
        else
            write_interrupt_enable(value);
        break;
    case identification_or_fifo_control: write_fifo_control(value); break;
    case line_control: line_control_ = value; break;
    case modem_control: write_modem_control(value); break;
    case scratch: scratch_ = value; break;
    default: break; // LSR and MSR are read-only
    }
}

std::uint8_t Serial::read_receive_buffer()
{
    if (received_.empty())
        return 0;
    const std::uint8_t byte = received_.pop();
    update_interrupt();
    return byte;
}

std::uint8_t Serial::read_interrupt_identification()
{
    const std::uint8_t pending = pending_interrupt();
    if (pending == iir_transmitter_empty) {
        // Being told of it is what clears this one.
        transmitter_empty_pending_ = false;
        update_interrupt();
    }
    return pending | (fifos_on() ? iir_fifos_on : 0);
}

std::uint8_t Serial::read_line_status()
{
    const std::uint8_t status =
        line_errors_ | lsr_holding_empty | lsr_transmitter_empty | (received_.empty() ? 0 : lsr_data_ready);
    line_errors_ = 0;
    if (driver_ == Driver::unknown)
        driver_ = Driver::polls;
    update_interrupt();
    return status;
}

std::uint8_t Serial::read_modem_status()
{
    const std::uint8_t status = modem_inputs() | modem_deltas_;
    modem_deltas_ = 0;
    update_interrupt();
    return status;
}

void Serial::write_transmitter(std::uint8_t value)
{
    if (loopback())
        receive_one(value);
    // Lowered and raised again: an edge-triggered interrupt controller must see each byte go.
    transmitter_empty_pending_ = false;
    update_interrupt();
    transmitter_empty_pending_ = true;
    update_interrupt();
}

void Serial::write_interrupt_enable(std::uint8_t value)
{
    const bool newly_enabled = (value & ~interrupt_enable_ & ier_transmitter_empty) != 0;
    if (newly_enabled)
        transmitter_empty_pending_ = true;
    interrupt_enable_ = value & ier_all;
    update_interrupt();
}

void Serial::write_fifo_control(std::uint8_t value)
{
    const bool toggled = ((value ^ fifo_control_) & fcr_enable) != 0;
    if (toggled || (value & fcr_clear_receiver) != 0)
        received_.clear();
    // The other bits count only when the FIFOs are on.
    fifo_control_ = (value & fcr_enable) != 0 ? value & fcr_kept : 0;
    update_interrupt();
}

void Serial::write_modem_control(std::uint8_t value)
{
    driver_ = Driver::sets_modem_control;
    const std::uint8_t before = modem_inputs();
    modem_control_ = value & mcr_all;
    const std::uint8_t after = modem_inputs();
    const std::uint8_t changed = before ^ after;
    modem_deltas_ |= (changed & (msr_cts | msr_dsr | msr_dcd)) >> 4;
    if ((before & ~after & msr_ring) != 0)
        modem_deltas_ |= msr_trailing_ring;
    update_interrupt();
}

bool Serial::divisor_latch_open() const { return (line_control_ & lcr_divisor_latch) != 0; }

bool Serial::loopback() const { return (modem_control_ & mcr_loopback) != 0; }

/// Until then the bytes wait outside. In loopback mode the receiver is cut off from the wire and RTS is inactive.
bool Serial::ready_to_receive() const
{
    return !loopback() &&
           ((modem_control_ & mcr_rts) != 0 || (interrupt_enable_ & ier_received) != 0 || driver_ == Driver::polls);
}

bool Serial::fifos_on() const { return (fifo_control_ & fcr_enable) != 0; }

std::size_t Serial::trigger_level() const
{
    static constexpr std::array<std::size_t, 4> levels{1, 4, 8, 14};
    return fifos_on() ? levels[fifo_control_ >> fcr_trigger_shift] : 1;
}

void Serial::receive_one(std::uint8_t byte)
{
    if (received_.size() < fifo_size()) {
        received_.push(byte);
        return;
    }
    line_errors_ |= lsr_overrun;
    if (!fifos_on()) { // without FIFOs the new byte takes the old one's place
        received_.clear();
        received_.push(byte);
    }
}

/// The high half of MSR: a peer that is always there, or our own outputs in loopback mode.
std::uint8_t Serial::modem_inputs() const
{
    if (!loopback())
        return msr_cts | msr_dsr | msr_dcd;
    std::uint8_t inputs = 0;
    inputs |= (modem_control_ & mcr_rts) != 0 ? msr_cts : 0;
    inputs |= (modem_control_ & mcr_dtr) != 0 ? msr_dsr : 0;
    inputs |= (modem_control_ & mcr_out1) != 0 ? msr_ring : 0;
    inputs |= (modem_control_ & mcr_out2) != 0 ? msr_dcd : 0;
    return inputs;
}

/// The enabled interrupt of highest priority.
std::uint8_t Serial::pending_interrupt() const
{
    if ((interrupt_enable_ & ier_line_status) != 0 && line_errors_ != 0)
        return iir_line_status;
    if ((interrupt_enable_ & ier_received) != 0 && !received_.empty())
        return received_.size() >= trigger_level() ? iir_received : iir_character_timeout;
    if ((interrupt_enable_ & ier_transmitter_empty) != 0 && transmitter_empty_pending_)
        return iir_transmitter_empty;
    if ((interrupt_enable_ & ier_modem_status) != 0 && modem_deltas_ != 0)
        return iir_modem_status;
    return iir_none;
}

void Serial::update_interrupt()
{
    const bool high = pending_interrupt() != iir_none;
    if (high == line_high_)
        return;
    line_high_ = high;
    interrupt_.set_level(high);
}

/// Whether a sender that waits should be told now. It is told when all has been read, not at each byte.
bool Serial::room_to_announce()
{
    if (!sender_waits_ || !received_.empty() || !ready_to_receive() || !on_room_)
        return false;
    sender_waits_ = false;
    return true;
}

} // namespace vitrine
