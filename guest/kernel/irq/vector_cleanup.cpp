// Gives back the vectors of interrupts that have moved to another CPU.
//
// When the line has been routed anew, what was sent before has reached the old CPU's local APIC, but may have to wait
// there. So the old CPU is sent an interrupt of the lowest priority, twice: between the two it must have taken all that
// was waiting when the first was served, since all other vectors are more urgent.
#include "kernel/irq/vector_cleanup.hpp"
#include "arch/interrupts.hpp"
#include "kernel/irq/descriptor.hpp"
#include "kernel/irq/vectors.hpp"

#include <utility>

namespace kernel::irq {
namespace {

/// Descriptors whose old_target is on a CPU, linked by next_cleanup.
struct Cleanups {
    Descriptor* marked = nullptr; ///< the next interrupt is their first
    Descriptor* seen = nullptr;   ///< it is their second
};
constinit std::array<Locked<Cleanups, IrqSafe>, arch::max_cpus> cleanups;

void finish_move(Descriptor& descriptor)
{
    descriptor.state.with([&](State& state) {
        vectors().free(*state.old_target);
        state.old_target.reset();
        if (state.affinity_waits)
            move_if_wanted(descriptor, state);
    });
}

} // namespace

void clean_up_old_target(Descriptor& descriptor, const State& state)
{
    const unsigned cpu = state.old_target->cpu;
    cleanups[cpu].with([&](Cleanups& all) {
        descriptor.next_cleanup = all.marked;
        all.marked = &descriptor;
    });
    arch::send_interrupt(cpu, arch::vector_cleanup_vector);
}

void on_vector_cleanup()
{
    bool again = false;
    Descriptor* done = cleanups[arch::cpu_id()].with([&](Cleanups& all) {
        Descriptor* const seen_before = std::exchange(all.seen, std::exchange(all.marked, nullptr));
        again = all.seen != nullptr;
        return seen_before;
    });
    while (done != nullptr)
        finish_move(*std::exchange(done, done->next_cleanup)); // which may put it on a list again
    if (again)
        arch::send_interrupt_to_self(arch::vector_cleanup_vector);
}

} // namespace kernel::irq
