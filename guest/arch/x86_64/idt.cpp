#include "arch/x86_64/segments.hpp"

#include <array>

namespace arch {
namespace {

/// Vectors that cannot trust the stack or the GS they find: NMI, #DF, #MC. They run on IST 1; only the NMI returns.
constexpr bool needs_own_stack(unsigned vector) { return vector == 2 || vector == 8 || vector == 18; }
constexpr unsigned breakpoint_vector = 3;

constexpr InterruptGate gate(unsigned vector)
{
    return interrupt_gate(trap_stubs + u64{vector} * TRAP_STUB_SIZE, needs_own_stack(vector) ? 1 : 0,
                          vector == breakpoint_vector);
}

constexpr std::array<InterruptGate, 256> make_gates()
{
    std::array<InterruptGate, 256> gates{};
    for (unsigned vector = 0; vector < gates.size(); ++vector)
        gates[vector] = gate(vector);
    return gates;
}

/// All CPUs share it, and nobody ever writes it.
alignas(16) constexpr std::array<InterruptGate, 256> gates = make_gates();

} // namespace

void load_interrupt_table()
{
    const TablePointer pointer{sizeof gates - 1, reinterpret_cast<u64>(gates.data())};
    asm volatile("lidt %0" ::"m"(pointer));
}

} // namespace arch
