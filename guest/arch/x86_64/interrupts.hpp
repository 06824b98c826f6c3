#pragma once

#include "arch/x86_64/asm_constants.h"
#include "lib/types.hpp"

/// Interrupt masking in software, as on powerpc's Linux: the kernel masks interrupts by setting a byte, and the CPU's
/// own flag stays on. An interrupt that comes while the byte is set is not served but held: its vector is noted, and
/// the trap returns with the CPU's flag off, so that there is never more than one to hold. Who unmasks serves it.
///
/// The reason is the kernel in ring 3, which cannot change the CPU's flag; but to write a byte is the fastest way in
/// ring 0, too.
namespace arch {

/// In PerCpu; its own CPU's only. Assembly knows the layout (asm_constants.h).
struct InterruptMask {
    bool masked = true;       ///< by the kernel
    bool taking_trap = false; ///< ring 3: a trap's registers are still where the next one would put its own
    bool in_nmi = false;      ///< ring 3: as above, of the NMI's
    u8 reserved = 0;          ///< zero: the monitor looks at the first four bytes at once
    u8 held = 0;              ///< the vector that came while masked; 0: none
    bool shut = true;         ///< the CPU's own flag is off
    u8 nmi_noted = 0;         ///< ring 3: one came while the monitor or another NMI was at work
};

/// Serves the interrupt that is held, if any, and opens the CPU's own flag. Returns with interrupts unmasked.
void serve_held_interrupt();

/// The same, but leaves the flag to the caller. True: it is to be opened.
bool serve_all_held();

/// Shuts the CPU's own flag until user mode opens it. False: an interrupt is held and wants to be served first.
/// Interrupts masked.
bool ready_for_user();

inline bool interrupts_enabled()
{
    bool enabled;
    asm volatile("cmpb $0, %%gs:%c1" : "=@ccz"(enabled) : "i"(PER_CPU_MASKED) : "memory");
    return enabled;
}

inline void enable_interrupts()
{
    bool open;
    asm volatile("movb $0, %%gs:%c1; cmpw $0, %%gs:%c2"
                 : "=@ccz"(open)
                 : "i"(PER_CPU_MASKED), "i"(PER_CPU_HELD_AND_SHUT)
                 : "memory");
    if (!open) [[unlikely]]
        serve_held_interrupt();
}

/// Returns whether they were enabled.
inline bool disable_interrupts()
{
    u8 masked;
    asm volatile("movzbl %%gs:%c1, %k0; movb $1, %%gs:%c1" : "=q"(masked) : "i"(PER_CPU_MASKED) : "memory");
    return masked == 0;
}

} // namespace arch
