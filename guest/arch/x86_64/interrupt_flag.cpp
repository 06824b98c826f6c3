#include "arch/x86_64/interrupt_flag.hpp"

#include "arch/x86_64/per_cpu.hpp"
#include "arch/x86_64/privilege.hpp"
#include "arch/x86_64/registers.hpp"
#include "arch/x86_64/ring3/monitor.hpp"

namespace arch {

void open_cpu_flag()
{
    if (!kernel_in_ring3) {
        asm volatile("sti" ::: "memory");
        return;
    }
    ring3::flag_is_to_open(this_cpu().kernel_side);
    monitor_open_interrupts();
}

void close_in_on_flag()
{
    if (kernel_in_ring3)
        ring3::flag_is_to_open(this_cpu().kernel_side);
    else
        asm volatile("cli" ::: "memory");
}

void open_cpu_flag_and_wait(InterruptMask& mask)
{
    if (kernel_in_ring3) {
        ring3::flag_is_to_open(this_cpu().kernel_side);
        return monitor_wait();
    }
    unmask(mask);
    // STI takes effect after the instruction that follows it: nothing comes between it and HLT.
    asm volatile("sti; hlt" ::: "memory");
}

void enable_interrupts_in_user_trap()
{
    if (kernel_in_ring3)
        return enable_interrupts();
    InterruptMask& mask = this_cpu().interrupts;
    mask.shut = false;
    unmask(mask);
    open_cpu_flag();
}

bool hold_interrupt(TrapFrame& frame, u8 vector)
{
    InterruptMask& mask = this_cpu().interrupts;
    if (kernel_in_ring3)
        return false; // the monitor has
    if (mask.masked) {
        mask.held = vector;
        frame.rflags &= ~rflags::interrupt;
        return true;
    }
    mask.masked = true;
    mask.shut = true; // by the gate
    return false;
}

bool leave_interrupt_of_kernel()
{
    if (!kernel_in_ring3) {
        this_cpu().interrupts.shut = false; // as it will be with the frame's flags
        enable_interrupts();
        return false;
    }
    if (!serve_all_held())
        return false;
    ring3::flag_is_to_open(this_cpu().kernel_side);
    return true;
}

void trap_of_kernel_is_taken(const TrapFrame& frame)
{
    if (!kernel_in_ring3) {
        if ((frame.rflags & rflags::interrupt) != 0)
            open_cpu_flag();
        return;
    }
    InterruptMask& mask = this_cpu().interrupts;
    __atomic_store_n(&mask.taking_trap, false, __ATOMIC_RELAXED);
    asm volatile("" ::: "memory");
    if (!mask.masked && mask.held != 0)
        enable_interrupts();
}

void leave_trap_of_kernel(TrapFrame& frame)
{
    if (kernel_in_ring3)
        return; // its IRETQ leaves the flag alone
    // What came meanwhile and is held keeps the flag shut; or this is another CPU, and its flag is open. Nothing more
    // may come to be held between this look and IRETQ.
    asm volatile("cli" ::: "memory");
    const InterruptMask& mask = this_cpu().interrupts;
    if (mask.held != 0 || mask.shut)
        frame.rflags &= ~rflags::interrupt;
    else
        frame.rflags |= rflags::interrupt;
}

} // namespace arch
