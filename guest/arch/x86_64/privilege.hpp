#pragma once

#include "lib/types.hpp"

/// Which of the two privilege models this boot has: chosen in choose_privilege.S, before C++ starts, and constant
/// since.
extern "C" {
/// The kernel runs at CPL 3, with a monitor beneath it (ring3/monitor.S).
extern const bool kernel_in_ring3;
/// What the choice was made by: TSC ticks for one turn of a loop of two instructions in ring 0; 0: not measured, the
/// boot information said which.
extern const u32 ring0_loop_ticks;
}
