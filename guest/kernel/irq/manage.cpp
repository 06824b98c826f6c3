// Who handles what: request, free, disable, enable. Linux's kernel/irq/manage.c.
#include "arch/cpu.hpp"
#include "arch/interrupts.hpp"
#include "kernel/irq/descriptor.hpp"
#include "kernel/irq/io_apic_chip.hpp"
#include "kernel/mm/heap.hpp"
#include "kernel/printk.hpp"

namespace kernel::irq {
namespace {

/// Stands in for a handler that there is not: all work is the thread's.
Return only_wake_thread(unsigned, void*) { return Return::wake_thread; }

Result<Descriptor*> find_or_make(unsigned irq)
{
    if (Descriptor* const descriptor = find(irq))
        return descriptor;
    auto made = make_io_apic_descriptor(irq);
    if (!made && made.error() == Errno::eexist)
        return find(irq); // another CPU was faster
    return made;
}

bool can_share(const Action& first, const Flags& flags)
{
    return first.flags.shared && flags.shared && first.flags.trigger == flags.trigger &&
           first.flags.oneshot == flags.oneshot;
}

/// A bit that no other thread of the line has. EBUSY: sixty-four have one.
Result<u64> free_thread_bit(const Descriptor& descriptor)
{
    u64 taken = 0;
    for (const Action* action = descriptor.actions; action != nullptr; action = action->next)
        taken |= action->thread_bit;
    if (taken == ~u64{0})
        return Errno::ebusy;
    return ~taken & (taken + 1);
}

/// Puts the action at the end. The first one starts the line.
Result<void> install(Descriptor& descriptor, Action& action)
{
    return descriptor.state.with([&](State& state) -> Result<void> {
        if (descriptor.actions == nullptr) {
            state.trigger = action.flags.trigger;
            state.oneshot = action.flags.oneshot;
            state.spurious.reset();
            state.spurious_disabled = false;
            state.pending = false;
            TRY(activate(descriptor, state));
            __atomic_store_n(&descriptor.actions, &action, __ATOMIC_RELEASE);
            state.disable_depth = action.flags.no_autoenable ? 1 : 0;
            unmask_if_due(descriptor, state);
            return {};
        }
        Action* last = descriptor.actions;
        while (last->next != nullptr)
            last = last->next;
        __atomic_store_n(&last->next, &action, __ATOMIC_RELEASE);
        return {};
    });
}

/// Takes the action of `device` out of the list; null when there is none. Handlers may still be about to call it.
Action* take_out(Descriptor& descriptor, void* device)
{
    return descriptor.state.with([&](State& state) -> Action* {
        Action** link = &descriptor.actions;
        while (*link != nullptr && (*link)->device != device)
            link = &(*link)->next;
        Action* const action = *link;
        if (action == nullptr)
            return nullptr;
        __atomic_store_n(link, action->next, __ATOMIC_RELEASE);
        state.oneshot_threads &= ~action->thread_bit;
        if (descriptor.actions == nullptr) {
            state.disable_depth = 1;
            keep_quiet(descriptor, state);
        } else {
            unmask_if_due(descriptor, state); // perhaps it was masked for this one's thread only
        }
        return action;
    });
}

void wait_for_handlers(Descriptor& descriptor)
{
    while (descriptor.state.with([](const State& state) { return state.in_progress; }))
        arch::relax();
}

/// The last action has been taken out. A level-triggered interrupt that has been sent must be ended before the line
/// loses its vector: the I/O APIC would not recognise the end by another, and the line be dead for whoever is next.
void stop_line(Descriptor& descriptor)
{
    const auto has_stopped = [&](State& state) {
        if (state.trigger == Trigger::level && state.target && descriptor.chip.in_service(descriptor.line))
            return false;
        deactivate(descriptor, state);
        return true;
    };
    while (!descriptor.state.with(has_stopped))
        arch::relax();
}

Result<void> add(Descriptor& descriptor, Box<Action> action)
{
    if (descriptor.actions != nullptr && !can_share(*descriptor.actions, action->flags))
        return Errno::ebusy;
    action->thread_bit = TRY(free_thread_bit(descriptor));
    if (action->thread_handler != nullptr)
        TRY(start_thread(descriptor, *action));
    if (const auto installed = install(descriptor, *action); !installed) {
        if (action->thread != nullptr)
            stop_thread(descriptor, *action);
        return installed.error();
    }
    action.release();
    return {};
}

} // namespace

Result<void> request_threaded(unsigned irq, Handler handler, Handler thread_handler, Flags flags, std::string_view name,
                              void* device)
{
    if (handler == nullptr) {
        if (thread_handler == nullptr || !flags.oneshot)
            return Errno::einval;
        handler = only_wake_thread;
    }
    if (flags.shared && (device == nullptr || flags.no_autoenable))
        return Errno::einval;
    Descriptor* const descriptor = TRY(find_or_make(irq));
    Box<Action> action = TRY(make_box<Action>());
    action->handler = handler;
    action->thread_handler = thread_handler;
    action->device = device;
    action->flags = flags;
    action->name = name;
    action->irq = irq;
    const Mutex::Guard requesting{descriptor->requests};
    return add(*descriptor, std::move(action));
}

Result<void> request(unsigned irq, Handler handler, Flags flags, std::string_view name, void* device)
{
    if (handler == nullptr)
        return Errno::einval;
    return request_threaded(irq, handler, nullptr, flags, name, device);
}

void free(unsigned irq, void* device)
{
    Descriptor* const descriptor = find(irq);
    if (descriptor == nullptr)
        return;
    const Mutex::Guard requesting{descriptor->requests};
    Action* const action = take_out(*descriptor, device);
    if (action == nullptr)
        return printk(LogLevel::error, "irq {}: freed, but not requested", irq);
    wait_for_handlers(*descriptor);
    if (descriptor->actions == nullptr)
        stop_line(*descriptor);
    if (action->thread != nullptr)
        stop_thread(*descriptor, *action);
    Box<Action>{action};
}

void disable_nosync(unsigned irq)
{
    Descriptor* const descriptor = find(irq);
    if (descriptor == nullptr)
        return;
    // Lazily, as Linux does: most are enabled again before they come. The line is masked when it comes nevertheless.
    descriptor->state.with([](State& state) { ++state.disable_depth; });
}

void disable(unsigned irq)
{
    disable_nosync(irq);
    synchronize(irq);
}

void enable(unsigned irq)
{
    Descriptor* const descriptor = find(irq);
    if (descriptor == nullptr)
        return;
    const bool balanced = descriptor->state.with([&](State& state) {
        if (state.disable_depth == 0)
            return false;
        if (--state.disable_depth != 0)
            return true;
        state.spurious_disabled = false;
        unmask_if_due(*descriptor, state);
        // A level comes again by itself, an edge has to be made up.
        if (state.pending && state.trigger == Trigger::edge && state.target) {
            state.pending = false;
            arch::send_interrupt(state.target->cpu, state.target->vector);
        }
        return true;
    });
    if (!balanced)
        printk(LogLevel::error, "irq {}: enabled more often than disabled", irq);
}

void synchronize(unsigned irq)
{
    Descriptor* const descriptor = find(irq);
    if (descriptor == nullptr)
        return;
    wait_for_handlers(*descriptor);
    descriptor->idle.wait([&] { return __atomic_load_n(&descriptor->active_threads, __ATOMIC_SEQ_CST) == 0; });
}

} // namespace kernel::irq
