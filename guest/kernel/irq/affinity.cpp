// Which CPU gets an interrupt, and how it moves to another without being lost.
//
// The line is routed to a new vector on the new CPU. What was sent before may still be on its way by the old vector, so
// that stays the interrupt's until vector_cleanup.cpp knows that nothing is. A level-triggered interrupt must not move
// between being sent and being ended: the I/O APIC would not recognise its end, by another vector, as the one it waits
// for. Then the move waits for the interrupt's own handler, which does it right after the end.
#include "kernel/irq/descriptor.hpp"
#include "kernel/irq/vectors.hpp"

namespace kernel::irq {
namespace {

constinit CpuMask leaving_cpus = 0; ///< go offline: nothing is sent there any more

CpuMask usable_cpus()
{
    const CpuMask online = sched::online_cpus() & ~__atomic_load_n(&leaving_cpus, __ATOMIC_ACQUIRE);
    return online != 0 ? online : CpuMask{1} << arch::cpu_id(); // before there is a scheduler
}

/// Where the interrupt may go: anywhere, if all that it was meant for are offline.
CpuMask candidates(const State& state)
{
    const CpuMask usable = usable_cpus();
    return (state.affinity & usable) != 0 ? state.affinity & usable : usable;
}

} // namespace

Result<void> activate(Descriptor& descriptor, State& state)
{
    if (descriptor.chip.is_per_cpu())
        return {};
    state.target = TRY(vectors().allocate(descriptor.irq, candidates(state)));
    state.masked = true;
    state.affinity_waits = false;
    descriptor.chip.route(descriptor.line, *state.target, state.trigger, true);
    return {};
}

void deactivate(Descriptor& descriptor, State& state)
{
    keep_quiet(descriptor, state);
    state.affinity_waits = false;
    if (!state.target)
        return;
    vectors().free(*state.target); // what is still on its way by it is for nobody
    state.target.reset();
}

void move_if_wanted(Descriptor& descriptor, State& state)
{
    if (!state.target || (candidates(state) >> state.target->cpu & 1) != 0) {
        state.affinity_waits = false;
        return;
    }
    state.affinity_waits = true;
    if (state.old_target)
        return; // it has only just moved
    if (!state.masked)
        descriptor.chip.mask(descriptor.line);
    if (state.trigger == Trigger::edge || !descriptor.chip.in_service(descriptor.line)) {
        if (const auto target = vectors().allocate(descriptor.irq, candidates(state))) {
            descriptor.chip.route(descriptor.line, target.value(), state.trigger, true);
            state.old_target = state.target;
            state.target = target.value();
            clean_up_old_target(descriptor, state);
        }
        state.affinity_waits = false;
    }
    if (!state.masked)
        descriptor.chip.unmask(descriptor.line);
}

Result<void> set_affinity(unsigned irq, CpuMask cpus)
{
    Descriptor* const descriptor = find(irq);
    if (descriptor == nullptr || descriptor->chip.is_per_cpu() || (cpus & usable_cpus()) == 0)
        return Errno::einval;
    descriptor->state.with([&](State& state) {
        state.affinity = cpus;
        move_if_wanted(*descriptor, state);
    });
    return {};
}

void leave_cpu(unsigned cpu)
{
    __atomic_or_fetch(&leaving_cpus, CpuMask{1} << cpu, __ATOMIC_RELEASE);
    for (unsigned irq = 0; irq < max_irqs; ++irq) {
        Descriptor* const descriptor = find(irq);
        const auto has_left = [&] {
            return descriptor->state.with([&](State& state) {
                if (!state.target || state.target->cpu != cpu)
                    return !state.old_target || state.old_target->cpu != cpu;
                move_if_wanted(*descriptor, state);
                return false;
            });
        };
        while (descriptor != nullptr && !has_left())
            sched::yield();
    }
}

void join_cpu(unsigned cpu) { __atomic_and_fetch(&leaving_cpus, ~(CpuMask{1} << cpu), __ATOMIC_RELEASE); }

} // namespace kernel::irq
