#pragma once

#include "arch/trap_frame.hpp"

namespace arch {

/// Instructions of the kernel that may fault by intention, each with the place to go on at. Written by the assembly
/// that holds them, into the section .exception_table.
struct ExceptionFixUp {
    u64 instruction;
    u64 resume;
};

bool has_fix_up(const TrapFrame& frame);
/// Makes the frame continue at the fix-up of its instruction; false when it has none.
bool fix_up(TrapFrame& frame);

} // namespace arch
