#include "arch/nmi.hpp"

#include "arch/cpu.hpp"
#include "arch/x86_64/local_apic.hpp"
#include "arch/x86_64/smp.hpp"
#include "arch/x86_64/traps.hpp"
#include "kernel/irq/irq_work.hpp"
#include "kernel/irq/local_counts.hpp"
#include "kernel/printk.hpp"
#include "kernel/sync/preempt.hpp"

namespace arch {
namespace {

constinit NmiHandler* handlers = nullptr;

constinit u32 unknown_on = 0; ///< a bit for each CPU that took one nobody wanted, until that has been said

void report_unknown(kernel::IrqWork&)
{
    u32 cpus = __atomic_exchange_n(&unknown_on, 0, __ATOMIC_RELAXED);
    for (; cpus != 0; cpus &= cpus - 1)
        kernel::printk(kernel::LogLevel::emergency, "NMI of unknown reason on CPU {}: trying to continue",
                       __builtin_ctz(cpus));
}

constinit kernel::IrqWork unknown_report{report_unknown};

bool ask_handlers(const TrapFrame& frame)
{
    bool wanted = false;
    // Acquire, with the release of each that registered.
    for (NmiHandler* handler = __atomic_load_n(&handlers, __ATOMIC_ACQUIRE); handler != nullptr;
         handler = handler->next)
        wanted |= handler->handle(frame);
    return wanted;
}

} // namespace

void register_nmi_handler(NmiHandler& handler)
{
    handler.next = __atomic_load_n(&handlers, __ATOMIC_RELAXED);
    while (!__atomic_compare_exchange_n(&handlers, &handler.next, &handler, true, __ATOMIC_RELEASE, __ATOMIC_RELAXED)) {
    }
}

void send_nmi(unsigned cpu) { local_apic::send_nmi(per_cpu(cpu).apic_id); }

extern "C" void handle_nmi(TrapFrame& frame)
{
    stop_if_asked();
    kernel::preempt::nmi_enter();
    kernel::irq::count_local(kernel::irq::Local::nmi);
    if (!ask_handlers(frame)) {
        __atomic_or_fetch(&unknown_on, 1U << cpu_id(), __ATOMIC_RELAXED);
        unknown_report.queue(); // here the log's lock may be this CPU's
    }
    kernel::preempt::nmi_exit();
}

} // namespace arch
