#pragma once

#include "abi/boot_info.hpp"

#include <cstdint>

/// How a kernel that is told KernelMode::automatic chooses, for the kernel that does it and the VMM that foretells it.
namespace vitrine::abi {

/// More cycles than these for an instruction in ring 0 that touches registers only (`dec`, `jnz`), and ring 0 is
/// emulated. Natively one takes about a cycle, emulated a thousand.
inline constexpr std::uint64_t slowest_native_cycles = 50;

/// `measured` is the least of a few tries, so that an interruption does not pass for emulation.
constexpr KernelMode choose_kernel_mode(std::uint64_t measured_cycles)
{
    return measured_cycles > slowest_native_cycles ? KernelMode::ring3 : KernelMode::ring0;
}

} // namespace vitrine::abi
