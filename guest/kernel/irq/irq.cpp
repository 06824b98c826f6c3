// Where interrupts enter: which is for whom.
#include "kernel/irq/irq.hpp"

#include "arch/interrupts.hpp"
#include "arch/upcalls.hpp"
#include "kernel/irq/descriptor.hpp"
#include "kernel/irq/irq_work.hpp"
#include "kernel/irq/local_counts.hpp"
#include "kernel/irq/softirq.hpp"
#include "kernel/irq/vector_cleanup.hpp"
#include "kernel/irq/vectors.hpp"
#include "kernel/smp/call_function.hpp"
#include "kernel/sync/rcu.hpp"
#include "kernel/time/timer_interrupt.hpp"
#include "kernel/trace/tracepoint.hpp"

namespace kernel {
namespace irq {
namespace {

struct alignas(64) Counts {
    std::array<u32, local_kinds> of{};
};
constinit std::array<Counts, arch::max_cpus> counts{}; ///< each written by its own CPU
constinit u32 errors = 0;

void (*reschedule_handler)() = nullptr; ///< set once, before there is a second CPU

void handle_device(u8 vector)
{
    const unsigned irq = vectors().irq_of(arch::cpu_id(), vector);
    if (irq != Vectors::none) [[likely]]
        return handle(*find(irq));
    __atomic_add_fetch(&errors, 1, __ATOMIC_RELAXED);
    arch::end_of_interrupt();
}

void handle_reschedule()
{
    count_local(Local::reschedule);
    if (reschedule_handler != nullptr)
        reschedule_handler();
}

void handle_irq_work()
{
    count_local(Local::irq_work);
    IrqWork::run_queued();
}

void handle_call()
{
    count_local(Local::call_function);
    smp::on_call_function_interrupt();
}

/// An interrupt that CPUs send one another. It is ended first: what is pushed from then on brings another one.
void handle_local(u8 vector)
{
    arch::end_of_interrupt();
    switch (vector) {
    case arch::reschedule_vector: return handle_reschedule();
    case arch::call_function_vector: return handle_call();
    case arch::irq_work_vector: return handle_irq_work();
    case arch::vector_cleanup_vector: return on_vector_cleanup();
    default: __atomic_add_fetch(&errors, 1, __ATOMIC_RELAXED);
    }
}

} // namespace

void count_local(Local kind) { ++counts[arch::cpu_id()].of[static_cast<unsigned>(kind)]; }
u32 local_count(unsigned cpu, Local kind)
{
    return __atomic_load_n(&counts[cpu].of[static_cast<unsigned>(kind)], __ATOMIC_RELAXED);
}
u32 error_count() { return __atomic_load_n(&errors, __ATOMIC_RELAXED); }

void set_reschedule_handler(void (*handler)()) { reschedule_handler = handler; }

} // namespace irq

void on_interrupt(u8 vector)
{
    preempt::irq_enter();
    rcu::enter_interrupt();
    trace::irq_entry(vector);
    if (vector == arch::timer_vector) {
        arch::end_of_interrupt();
        irq::count_local(irq::Local::timer);
        time::on_timer_interrupt();
    } else if (static_cast<unsigned>(vector - arch::first_device_vector) < arch::device_vector_count) {
        irq::handle_device(vector);
    } else {
        irq::handle_local(vector);
    }
    trace::irq_exit(vector);
    preempt::irq_exit();
    if (arch::softirq_pending() != 0) [[unlikely]]
        softirq::run_after_interrupt();
}

} // namespace kernel
