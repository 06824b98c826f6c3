#include "abi/boot_info.hpp"
#include "abi/ports.hpp"
#include "arch/cpu.hpp"
#include "arch/x86_64/registers.hpp"
#include "kernel/init/boot_step.hpp"

namespace arch {

void triple_fault()
{
    const struct [[gnu::packed]] {
        u16 limit = 0;
        u64 base = 0;
    } no_interrupt_table;
    if (kernel_in_ring3)
        monitor_load_interrupt_table(&no_interrupt_table);
    else
        asm volatile("lidt %0" ::"m"(no_interrupt_table));
    for (;;)
        asm volatile("ud2");
}

void power_off(u8 status)
{
    // Where this reaches a device the machine is gone with it; each further step is for when there was none.
    if ((kernel::boot_info().flags & vitrine::abi::boot_debug_exit) != 0)
        out32(vitrine::abi::debug_exit_port, status);
    else
        out32(vitrine::abi::exit_port, status);
    triple_fault();
}

} // namespace arch
