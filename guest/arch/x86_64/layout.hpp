#pragma once

#include "abi/layout.hpp"

namespace arch {

/// The PML4 slot whose pages users may reach though they lie in the kernel half: the system-call trampoline.
inline constexpr unsigned long entry_area = 0xffff'fe00'0000'0000;

} // namespace arch
