#include "arch/interrupts.hpp"

#include "arch/x86_64/registers.hpp"

/// With the kernel in ring 0 interrupts are masked by RFLAGS.IF.
namespace arch {

bool interrupts_enabled()
{
    u64 flags;
    asm volatile("pushf; pop %0" : "=r"(flags)::"memory");
    return (flags & rflags::interrupt) != 0;
}

void enable_interrupts() { asm volatile("sti" ::: "memory"); }

bool disable_interrupts()
{
    const bool enabled = interrupts_enabled();
    if (enabled)
        asm volatile("cli" ::: "memory");
    return enabled;
}

/// STI takes effect after the instruction that follows it: nothing comes between it and HLT.
void wait_for_interrupt() { asm volatile("sti; hlt" ::: "memory"); }

} // namespace arch
