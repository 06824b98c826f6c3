// The gates of the two roots (entry_area.h). Constants: they are mapped where the processor expects them, and that is
// all.
#include "arch/x86_64/ring3/entry_area.h"
#include "arch/x86_64/segments.hpp"

#include <array>

namespace arch {
namespace {

using Gates = std::array<InterruptGate, 256>;

constexpr unsigned nmi = 2;
constexpr unsigned breakpoint = 3;
constexpr unsigned double_fault = 8;
constexpr unsigned machine_check = 18;
constexpr unsigned first_interrupt = 32;

constexpr u8 kernel_trap_stack(unsigned vector)
{
    if (vector >= first_interrupt)
        return IRQ_STACK;
    if (vector == nmi)
        return NMI_STACK;
    return vector == double_fault || vector == machine_check ? FATAL_STACK : TRAP_STACK;
}

constexpr Gates make_user_gates()
{
    Gates gates{};
    for (unsigned vector = 0; vector < gates.size(); ++vector)
        gates[vector] = interrupt_gate(USER_STUBS + u64{vector} * USER_STUB_SIZE, 0, vector == breakpoint);
    return gates;
}

constexpr Gates make_kernel_gates()
{
    Gates gates{};
    for (unsigned vector = 0; vector < gates.size(); ++vector)
        gates[vector] = interrupt_gate(KERNEL_STUBS + u64{vector} * KERNEL_STUB_SIZE, kernel_trap_stack(vector),
                                       vector == breakpoint);
    return gates;
}

} // namespace

extern "C" {
alignas(4096) extern constexpr Gates ring3_user_gates = make_user_gates();
alignas(4096) extern constexpr Gates ring3_kernel_gates = make_kernel_gates();
}

} // namespace arch
