// What happens when an interrupt has come: Linux's flow handlers (kernel/irq/chip.c), one for each kind of line.
#include "arch/clock.hpp"
#include "arch/cpu.hpp"
#include "arch/interrupts.hpp"
#include "kernel/irq/descriptor.hpp"
#include "kernel/printk.hpp"

namespace kernel::irq {
namespace {

void unmask(Descriptor& descriptor, State& state)
{
    if (!state.masked)
        return;
    state.masked = false;
    descriptor.chip.unmask(descriptor.line);
}

/// Asks everybody who shares the line.
Return run_handlers(Descriptor& descriptor)
{
    auto result = Return::none;
    Action* action = __atomic_load_n(&descriptor.actions, __ATOMIC_ACQUIRE);
    for (; action != nullptr; action = __atomic_load_n(&action->next, __ATOMIC_ACQUIRE)) {
        const Return said = action->handler(descriptor.irq, action->device);
        if (said == Return::wake_thread)
            wake_thread(descriptor, *action);
        if (said != Return::none)
            result = Return::handled;
    }
    return result;
}

void disable_for_good(Descriptor& descriptor, State& state)
{
    state.spurious_disabled = true;
    ++state.disable_depth;
    keep_quiet(descriptor, state);
    printk(LogLevel::error, "irq {}: nobody cared", descriptor.irq);
    printk(LogLevel::emergency, "Disabling IRQ #{}", descriptor.irq);
}

void note(Descriptor& descriptor, State& state, Return result)
{
    const bool guilty = result == Return::none ? state.spurious.note_unhandled(arch::monotonic_nanoseconds())
                                               : state.spurious.note_handled();
    if (guilty) [[unlikely]]
        disable_for_good(descriptor, state);
}

enum class Next { run, done };

/// May the handlers run? If not, the interrupt is remembered, and the line kept quiet until it is served.
Next begin(Descriptor& descriptor, State& state)
{
    if (state.disable_depth == 0 && !state.in_progress && descriptor.actions != nullptr) [[likely]] {
        state.pending = false;
        state.in_progress = true;
        return Next::run;
    }
    state.pending = true;
    keep_quiet(descriptor, state);
    return Next::done;
}

/// Comes again for as long as the device is not content, so it must not be ended before the handlers have run.
void handle_level(Descriptor& descriptor)
{
    const Next next = descriptor.state.with([&](State& state) {
        const Next what = begin(descriptor, state);
        if (what == Next::run && state.oneshot)
            keep_quiet(descriptor, state);
        return what;
    });
    if (next == Next::done)
        return arch::end_of_interrupt();
    const Return result = run_handlers(descriptor);
    descriptor.state.with([&](State& state) {
        state.in_progress = false;
        note(descriptor, state, result);
        if (state.affinity_waits) [[unlikely]]
            keep_quiet(descriptor, state); // or it would come again before it has been moved
        else
            unmask_if_due(descriptor, state);
        arch::end_of_interrupt();
        if (state.affinity_waits) [[unlikely]] {
            move_if_wanted(descriptor, state);
            unmask_if_due(descriptor, state);
        }
    });
}

/// Comes once. It is ended at once, so that the next edge is noticed: on this CPU when the handlers have run, or on
/// another, to which the line has been moved meanwhile, where it only leaves word.
void handle_edge(Descriptor& descriptor)
{
    arch::end_of_interrupt();
    Next next = descriptor.state.with([&](State& state) {
        if (state.affinity_waits) [[unlikely]]
            move_if_wanted(descriptor, state);
        return begin(descriptor, state);
    });
    while (next == Next::run) {
        const Return result = run_handlers(descriptor);
        next = descriptor.state.with([&](State& state) {
            state.in_progress = false;
            note(descriptor, state, result);
            if (!state.pending) [[likely]]
                return Next::done;
            unmask_if_due(descriptor, state);
            return begin(descriptor, state);
        });
    }
}

/// Every CPU's own: several may serve it at once, and nothing is to be kept apart.
void handle_per_cpu(Descriptor& descriptor)
{
    arch::end_of_interrupt();
    if (__atomic_load_n(&descriptor.state.without_lock().disable_depth, __ATOMIC_RELAXED) == 0)
        run_handlers(descriptor);
}

} // namespace

void handle(Descriptor& descriptor)
{
    ++descriptor.counts[arch::cpu_id()];
    if (descriptor.chip.is_per_cpu())
        handle_per_cpu(descriptor);
    else if (descriptor.state.without_lock().trigger == Trigger::level) // set while the line was masked
        handle_level(descriptor);
    else
        handle_edge(descriptor);
}

void keep_quiet(Descriptor& descriptor, State& state)
{
    if (state.masked)
        return;
    state.masked = true;
    descriptor.chip.mask(descriptor.line);
}

void unmask_if_due(Descriptor& descriptor, State& state)
{
    if (state.disable_depth == 0 && state.oneshot_threads == 0 && descriptor.actions != nullptr)
        unmask(descriptor, state);
}

void finish_oneshot(Descriptor& descriptor, Action& action)
{
    // While handlers run they may want the thread again, and whether they do must be known before the line is unmasked.
    bool done = false;
    while (!done) {
        done = descriptor.state.with([&](State& state) {
            if (state.in_progress)
                return false;
            if (!__atomic_load_n(&action.thread_wanted, __ATOMIC_ACQUIRE)) {
                state.oneshot_threads &= ~action.thread_bit;
                unmask_if_due(descriptor, state);
            }
            return true;
        });
        if (!done)
            arch::relax();
    }
}

} // namespace kernel::irq
