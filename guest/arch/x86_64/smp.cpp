#include "arch/x86_64/smp.hpp"

#include "arch/clock.hpp"
#include "arch/interrupts.hpp"
#include "arch/user_half.hpp"
#include "arch/x86_64/local_apic.hpp"
#include "arch/x86_64/registers.hpp"
#include "kernel/irq/local_counts.hpp"

#include <array>
#include <bit>

namespace arch {
namespace {

constinit std::array<PerCpu*, max_cpus> cpus{}; ///< by id; each written once, before its bit in `online`
constinit u32 online = 0;                       ///< released by each CPU as it comes up, and as it stops
constinit u32 parked = 0;                       ///< released by each CPU that parks, as the last thing it does
constinit bool stopping = false; ///< released by the CPU that panics, then read in the NMIs that it sends

template <typename Function>
void for_each_cpu(u32 mask, Function function)
{
    for (; mask != 0; mask &= mask - 1)
        function(per_cpu(static_cast<unsigned>(std::countr_zero(mask))));
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
    for_each_cpu(mask, [=](const PerCpu& cpu) { local_apic::send(cpu.apic_id, vector); });
}

void send_interrupt(unsigned cpu, u8 vector) { local_apic::send(per_cpu(cpu).apic_id, vector); }

void send_reschedule(unsigned cpu) { local_apic::send(per_cpu(cpu).apic_id, reschedule_vector); }

void send_call_function(unsigned cpu) { local_apic::send(per_cpu(cpu).apic_id, call_function_vector); }

void leave_online() { __atomic_fetch_and(&online, ~(1U << cpu_id()), __ATOMIC_SEQ_CST); }

void park()
{
    leave_user_half();
    serve_tlb_flush(); // for whoever asked before it could know
    local_apic::stop_timer();
    __atomic_fetch_or(&parked, 1U << cpu_id(), __ATOMIC_RELEASE);
    // INIT is on its way, and takes it out of here. No HLT: one that KVM emulates takes effect behind an INIT that
    // comes at that moment, and the CPU would then be halted instead of waiting for its SIPI.
    for (;;)
        relax();
}

bool is_parked(unsigned cpu) { return (__atomic_load_n(&parked, __ATOMIC_ACQUIRE) >> cpu & 1) != 0; }

void reset_parked(unsigned cpu)
{
    __atomic_fetch_and(&parked, ~(1U << cpu), __ATOMIC_RELAXED);
    local_apic::send_init(per_cpu(cpu).apic_id);
}

bool stop_other_cpus()
{
    constexpr u64 patience = 1'000'000'000;
    const u32 self = 1U << cpu_id();
    __atomic_store_n(&stopping, true, __ATOMIC_RELEASE);
    for_each_cpu(online_cpus() & ~self, [](const PerCpu& cpu) { local_apic::send_nmi(cpu.apic_id); });
    const u64 begin = monotonic_nanoseconds();
    while ((online_cpus() & ~self) != 0) {
        if (monotonic_nanoseconds() - begin > patience)
            return false;
        relax();
    }
    return true;
}

void stop_if_asked()
{
    if (!__atomic_load_n(&stopping, __ATOMIC_ACQUIRE))
        return;
    leave_online();
    stop_cpu();
}

bool handle_processor_interrupt(u8 vector)
{
    if (vector != flush_tlb_vector)
        return false;
    kernel::irq::count_local(kernel::irq::Local::tlb);
    serve_tlb_flush();
    end_of_interrupt();
    return true;
}

} // namespace arch
