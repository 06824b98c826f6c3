#include "arch/interrupts.hpp"

#include "arch/x86_64/interrupt_flag.hpp"
#include "arch/x86_64/per_cpu.hpp"
#include "arch/x86_64/traps.hpp"

#include <utility>

namespace arch {

bool serve_all_held()
{
    for (;;) {
        disable_interrupts();
        // Each time anew: whoever waited for the interrupt may have run first, and this be another CPU since.
        InterruptMask& mask = this_cpu().interrupts;
        // In one instruction: after the first round the CPU's own flag may be on, and one may come to be held just now.
        if (const u8 vector = __atomic_exchange_n(&mask.held, 0, __ATOMIC_RELAXED); vector != 0) {
            mask.shut = true;
            serve_interrupt_of_kernel(vector);
            continue;
        }
        const bool was_shut = std::exchange(mask.shut, false);
        unmask(mask);
        if (was_shut)
            return true;
        if (mask.held == 0) // or it came just before it could be served
            return false;
    }
}

void serve_held_interrupt()
{
    if (serve_all_held())
        open_cpu_flag();
}

bool ready_for_user()
{
    close_in_on_flag();
    InterruptMask& mask = this_cpu().interrupts;
    mask.shut = false; // as it will be in user mode
    return mask.held == 0;
}

void wait_for_interrupt()
{
    close_in_on_flag();
    if (InterruptMask& mask = this_cpu().interrupts; mask.held == 0) {
        mask.shut = false;
        open_cpu_flag_and_wait(mask);
        serve_noted_nmi();
    }
    enable_interrupts();
}

} // namespace arch
