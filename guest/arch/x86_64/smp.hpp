#pragma once

#include "arch/x86_64/per_cpu.hpp"
#include "lib/types.hpp"

namespace arch {

/// Makes `cpu` known by its id, and counts it as running.
void set_online(PerCpu& cpu);

/// Interrupts the CPUs of `mask`, which does not include this one.
void send_to_cpus(u32 mask, u8 vector);

/// In an NMI: does not return if a panic on another CPU has sent it (see stop_other_cpus).
void stop_if_asked();

/// Interrupts between processors that are arch's own: TLB shoot-down. False when `vector` is none of them.
bool handle_processor_interrupt(u8 vector);

/// Flushes what another CPU asked this one to; see flush_tlb.
void serve_tlb_flush();

} // namespace arch
