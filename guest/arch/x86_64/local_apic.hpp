#pragma once

#include "lib/types.hpp"

/// The CPU's own interrupt controller (Intel SDM vol. 3 §10): x2APIC by MSR where there is one, else by MMIO.
namespace arch::local_apic {

/// On each secondary CPU; the boot CPU has a boot step for it ("local_apic").
void set_up();

/// Interrupts one CPU.
void send(u32 apic_id, u8 vector);
void send_to_self(u8 vector);
/// The same, though it has its interrupts masked.
void send_nmi(u32 apic_id);
/// Starts a CPU: INIT, then SIPI with the 4 KiB page below 1 MiB where it begins in real mode.
void send_init(u32 apic_id);
void send_start(u32 apic_id, u8 page);

void end_of_interrupt();

/// For a CPU that is to be parked: its timer stays silent.
void stop_timer();

} // namespace arch::local_apic
