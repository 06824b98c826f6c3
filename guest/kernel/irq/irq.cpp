#include "kernel/irq/irq.hpp"

#include "arch/interrupts.hpp"
#include "arch/upcalls.hpp"
#include "kernel/irq/softirq.hpp"
#include "kernel/sync/spin_lock.hpp"
#include "kernel/smp/call_function.hpp"
#include "kernel/time/timer_interrupt.hpp"
#include "kernel/trace/tracepoint.hpp"
#include "lib/locked.hpp"

#include <array>

namespace kernel {
namespace irq {
namespace {

struct Action {
    Handler handler = nullptr;
    void* argument = nullptr;
    u64 count = 0;
};

using Actions = std::array<Action, arch::max_gsi>;
constinit Locked<Actions, IrqSafe> actions;
void (*reschedule_handler)() = nullptr; ///< set once, before there is a second CPU

void handle_device(unsigned gsi)
{
    const Action action = actions.with([&](Actions& all) {
        ++all[gsi].count;
        return all[gsi];
    });
    if (action.handler != nullptr)
        action.handler(action.argument);
}

} // namespace

Result<void> request(unsigned gsi, Trigger trigger, Handler handler, void* argument)
{
    if (gsi >= arch::max_gsi || !arch::has_gsi(gsi))
        return Errno::einval;
    const bool taken = actions.with([&](Actions& all) {
        if (all[gsi].handler != nullptr)
            return false;
        all[gsi].handler = handler;
        all[gsi].argument = argument;
        return true;
    });
    if (!taken)
        return Errno::ebusy;
    arch::enable_gsi(gsi, trigger == Trigger::level);
    return {};
}

void release(unsigned gsi)
{
    arch::disable_gsi(gsi);
    actions.with([&](Actions& all) { all[gsi].handler = nullptr; });
}

u64 count(unsigned gsi)
{
    return actions.with([&](Actions& all) { return all[gsi].count; });
}

void set_reschedule_handler(void (*handler)()) { reschedule_handler = handler; }

} // namespace irq

void on_interrupt(u8 vector)
{
    preempt::irq_enter();
    trace::irq_entry(vector);
    if (vector == arch::timer_vector) {
        arch::end_of_interrupt();
        time::on_timer_interrupt();
    } else if (vector == arch::call_function_vector) {
        arch::end_of_interrupt(); // first: what is pushed from here on needs another one
        smp::on_call_function_interrupt();
    } else if (vector == arch::reschedule_vector) {
        arch::end_of_interrupt();
        if (irq::reschedule_handler != nullptr)
            irq::reschedule_handler();
    } else {
        // A level-triggered line must be quiet before its interrupt ends, or it comes again.
        if (const unsigned gsi = vector - arch::first_device_vector; gsi < arch::max_gsi)
            irq::handle_device(gsi);
        arch::end_of_interrupt();
    }
    trace::irq_exit(vector);
    preempt::irq_exit();
    if (arch::softirq_pending() != 0) [[unlikely]]
        softirq::run_after_interrupt();
}

} // namespace kernel
