#pragma once

#include <cstdint>

/// I/O ports of the paravirtual devices, and the statuses that leave through them.
namespace vitrine::abi {

/// A 32-bit write ends the run: the low 8 bits are the guest's exit status.
inline constexpr std::uint16_t exit_port = 0x0a00;
/// A 32-bit write of a vCPU number asks the VMM to drain that vCPU's trace ring now (channel `exit`).
inline constexpr std::uint16_t trace_port = 0x0a04;
/// The same for the channel `ring`: an ioeventfd, so the guest does not wait for the VMM.
inline constexpr std::uint16_t trace_doorbell_port = 0x0a08;

/// Four bytes to read: the size of the terminal that the console is on: rows in the first two,
/// columns in the others. Only where the console is a terminal. An edge on the device's interrupt tells of a change.
inline constexpr std::uint16_t console_size_port = 0x0a0c;

/// QEMU's isa-debug-exit, which foreign guests use: a write of V ends the run with status (V << 1) | 1.
inline constexpr std::uint16_t debug_exit_port = 0xf4;

/// The exit status of a kernel panic.
inline constexpr std::uint8_t panic_status = 123;

} // namespace vitrine::abi
