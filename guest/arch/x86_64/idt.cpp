#include "arch/x86_64/segments.hpp"

#include <array>

namespace arch {
namespace {

constexpr u8 present_interrupt_gate = 0x8e;
constexpr u8 user_may_call = 0x60;

/// Vectors that cannot trust the stack or the GS they find: NMI, #DF, #MC. They run on IST 1 and never return.
constexpr bool needs_own_stack(unsigned vector) { return vector == 2 || vector == 8 || vector == 18; }
constexpr unsigned breakpoint_vector = 3;

constexpr InterruptGate gate(unsigned vector)
{
    const u64 stub = trap_stubs + u64{vector} * TRAP_STUB_SIZE;
    const auto privilege = static_cast<u8>(vector == breakpoint_vector ? user_may_call : 0);
    return {.offset_low = static_cast<u16>(stub),
            .selector = kernel_code_selector,
            .stack = static_cast<u8>(needs_own_stack(vector) ? 1 : 0),
            .attributes = static_cast<u8>(present_interrupt_gate | privilege),
            .offset_middle = static_cast<u16>(stub >> 16),
            .offset_high = static_cast<u32>(stub >> 32)};
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
