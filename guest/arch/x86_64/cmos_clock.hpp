#pragma once

#include "lib/types.hpp"

namespace arch {

/// Seconds since 1970, from the PC's real-time clock (Motorola MC146818A data sheet).
u64 read_cmos_clock();

} // namespace arch
