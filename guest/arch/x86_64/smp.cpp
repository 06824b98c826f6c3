#include "arch/x86_64/smp.hpp"

#include "arch/interrupts.hpp"
#include "arch/x86_64/local_apic.hpp"

#include <array>
#include <bit>

namespace arch {
namespace {

constinit std::array<PerCpu*, max_cpus> cpus{}; ///< by id; each written once, before its bit in `online`
constinit u32 online = 0;                       ///< released by each CPU as it comes up

[[noreturn]] void halt_forever()
{
    for (;;)
        asm volatile("cli; hlt");
}

} // namespace

void set_online(PerCpu& cpu)
{
    cpus[cpu.id] = &cpu;
    __atomic_fetch_or(&online, 1U << cpu.id, __ATOMIC_RELEASE);
}

u32 online_cpus() { return __atomic_load_n(&online, __ATOMIC_ACQUIRE); }

unsigned online_cpu_count()
{
    unsigned count = 0; // without popcnt, which an emulated ring 0 lacks
    for (u32 left = online_cpus(); left != 0; left &= left - 1)
        ++count;
    return count;
}

PerCpu& per_cpu(unsigned cpu) { return *cpus[cpu]; }

void send_to_cpus(u32 mask, u8 vector)
{
    for (u32 left = mask; left != 0; left &= left - 1)
        local_apic::send(per_cpu(static_cast<unsigned>(std::countr_zero(left))).apic_id, vector);
}

void send_reschedule(unsigned cpu) { local_apic::send(per_cpu(cpu).apic_id, reschedule_vector); }

void stop_other_cpus() { send_to_cpus(online_cpus() & ~(1U << cpu_id()), stop_vector); }

bool handle_processor_interrupt(u8 vector)
{
    switch (vector) {
    case stop_vector: halt_forever();
    case flush_tlb_vector:
        serve_tlb_flush();
        end_of_interrupt();
        return true;
    default: return false;
    }
}

} // namespace arch
