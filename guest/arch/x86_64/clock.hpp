#pragma once

#include "abi/boot_info.hpp"

namespace arch {

/// Chooses the clock source, on the boot CPU; then it is to be started on each other CPU.
void set_up_clock(const vitrine::abi::BootInfo& boot);
void start_clock_on_this_cpu();

} // namespace arch
