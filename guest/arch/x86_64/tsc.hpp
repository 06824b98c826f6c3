#pragma once

#include "abi/boot_info.hpp"
#include "lib/types.hpp"

namespace arch {

/// Finds out how fast the TSC runs, from whoever knows: the boot information, CPUID, or the PIT. Never 0.
u64 find_tsc_khz(const vitrine::abi::BootInfo& boot);

/// As found by set_up_clock.
u64 tsc_khz();

} // namespace arch
