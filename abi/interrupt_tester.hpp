#pragma once

#include <cstdint>

/// A device that interrupts when it is told to, for tests of interrupt handling: DeviceKind::interrupt_tester. It has
/// sources, each with a window of registers. Neighbours share an I/O APIC pin as devices share a wire: it is high while
/// one of them is. Beside that, each source has a message of its own.
namespace vitrine::abi::interrupt_tester {

inline constexpr std::uint64_t mmio_size = 0x1000;
inline constexpr unsigned source_count = 8;
inline constexpr unsigned sources_per_pin = 2; ///< source n is on pin Device::gsi + n / sources_per_pin
inline constexpr unsigned pin_count = source_count / sources_per_pin;

/// Source n's registers begin at n * window_size. All have 32 bits, and are read and written as a whole; other accesses
/// do nothing.
inline constexpr std::uint64_t window_size = 0x20;
enum Register : std::uint64_t {
    level = 0x00,                ///< 1: the source holds its pin high, until 0 is written
    pulse = 0x04,                ///< writes: raises and lowers the pin so often
    message_address = 0x08,      ///< low half of what the message is written to
    message_address_high = 0x0c, ///< high half
    message_data = 0x10,         ///< what is written
    message_control = 0x14,      ///< MessageControl
    send = 0x18,                 ///< writes: sends the message so often
};

/// As the mask and pending bits of MSI-X: what is to be sent while the message is masked is sent, once, afterwards.
enum MessageControl : std::uint32_t { message_masked = 1U << 0, message_pending = 1U << 1 };

/// One write has no more pulses or messages than that: it must not occupy a CPU for long.
inline constexpr std::uint32_t most_at_once = 64;

} // namespace vitrine::abi::interrupt_tester
