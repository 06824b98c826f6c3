#include "kernel/irq/softirq.hpp"

#include "arch/cpu.hpp"
#include "arch/interrupts.hpp"
#include "kernel/trace/tracepoint.hpp"

namespace kernel::softirq {
namespace {

/// Rounds over what is pending before the rest is left to ksoftirqd: Linux's MAX_SOFTIRQ_RESTART.
constexpr unsigned max_rounds = 10;

constinit std::array<Handler, vector_count> handlers{};

/// Each written by its own CPU only.
struct alignas(64) Counts {
    std::array<u32, vector_count> served{};
};
constinit std::array<Counts, arch::max_cpus> counts{};

constexpr u32 bit(Vector vector) { return 1U << static_cast<unsigned>(vector); }

void serve(unsigned index)
{
    ++counts[arch::cpu_id()].served[index];
    trace::softirq_entry(static_cast<u8>(index));
    handlers[index]();
    trace::softirq_exit(static_cast<u8>(index));
}

/// Serves what is pending, and what becomes so meanwhile, within reason. Interrupts masked on entry and return, enabled
/// in between.
void run_pending()
{
    arch::add_to_preempt_count(preempt::softirq_offset);
    for (unsigned round = 1;; ++round) {
        u32 pending = arch::softirq_pending();
        arch::clear_softirq_pending();
        arch::enable_interrupts();
        for (; pending != 0; pending &= pending - 1)
            serve(static_cast<unsigned>(__builtin_ctz(pending)));
        arch::disable_interrupts();
        if (arch::softirq_pending() == 0)
            break;
        if (round == max_rounds || arch::need_resched()) {
            wake_thread();
            break;
        }
    }
    arch::subtract_from_preempt_count(preempt::softirq_offset);
}

} // namespace

void open(Vector vector, Handler handler) { handlers[static_cast<unsigned>(vector)] = handler; }

void raise(Vector vector)
{
    bool thread_is_to_run = false;
    {
        const arch::InterruptsOff off; // stay on the CPU that is to serve it
        trace::softirq_raise(static_cast<u8>(vector));
        arch::add_softirq_pending(bit(vector));
        thread_is_to_run = !in_interrupt(); // nobody is on the way out of an interrupt
        if (thread_is_to_run)
            wake_thread();
    }
    if (thread_is_to_run)
        preempt::check_resched();
}

void run_after_interrupt()
{
    if (!in_interrupt() && arch::softirq_pending() != 0)
        run_pending();
}

void enable()
{
    // Preemption stays off until it is known that nothing is pending: the count must not be zero while soft interrupts
    // of this CPU wait, or another task would be made to wait for them.
    arch::subtract_from_preempt_count(preempt::softirq_disable_offset - preempt::preempt_offset);
    if (arch::softirq_pending() != 0) [[unlikely]] {
        const arch::InterruptsOff off;
        run_after_interrupt();
    }
    preempt::enable();
}

bool run_as_thread()
{
    const arch::InterruptsOff off;
    if (arch::softirq_pending() == 0)
        return false;
    run_pending();
    return true;
}

u32 count(unsigned cpu, Vector vector)
{
    return __atomic_load_n(&counts[cpu].served[static_cast<unsigned>(vector)], __ATOMIC_RELAXED);
}

} // namespace kernel::softirq
