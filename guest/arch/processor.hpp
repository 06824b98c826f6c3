#pragma once

#include "lib/types.hpp"

#include <optional>

/// What the processor offers to programs.
namespace arch {

/// AT_HWCAP: CPUID leaf 1's EDX, as on Linux.
u32 hardware_capabilities();

/// A random number from the processor (RDRAND; Intel SDM vol. 1 §7.3.17). Nothing where there is no such thing, or it
/// has run dry.
std::optional<u64> hardware_random();

} // namespace arch
