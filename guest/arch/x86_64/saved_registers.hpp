#pragma once

#include "arch/context.hpp"

namespace arch {

/// What switch_stack leaves on the stack of a context that does not run, and pops.
struct SavedRegisters {
    u64 r15 = 0, r14 = 0, r13 = 0, r12 = 0, rbx = 0, rbp = 0;
    u64 return_address = 0;
    u64 alignment = 0; ///< functions are entered with the stack 8 off a multiple of 16
};

inline const SavedRegisters& saved_registers(const Context& context)
{
    return *reinterpret_cast<const SavedRegisters*>(context.stack_pointer);
}

} // namespace arch
