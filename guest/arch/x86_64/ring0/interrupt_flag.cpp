#include "arch/x86_64/interrupt_flag.hpp"

#include "arch/x86_64/per_cpu.hpp"

namespace arch {

void open_cpu_flag() { asm volatile("sti" ::: "memory"); }
void shut_cpu_flag() { asm volatile("cli" ::: "memory"); }

void open_cpu_flag_and_wait(InterruptMask& mask)
{
    unmask(mask);
    // STI takes effect after the instruction that follows it: nothing comes between it and HLT.
    asm volatile("sti; hlt" ::: "memory");
}

void enable_interrupts_in_user_trap()
{
    unmask(this_cpu().interrupts);
    open_cpu_flag();
}

} // namespace arch
