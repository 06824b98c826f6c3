#pragma once

#include "abi/layout.hpp"
#include "arch/x86_64/asm_constants.h"
#include "lib/types.hpp"

#include <array>

/// Segment descriptors, the task state segment and interrupt gates (Intel SDM vol. 3 §3.4.5, §8.7, §6.14).
namespace arch {

inline constexpr u16 kernel_code_selector = KERNEL_CODE_SELECTOR;
inline constexpr u16 kernel_data_selector = KERNEL_DATA_SELECTOR;
inline constexpr u16 user_data_selector = USER_DATA_SELECTOR;
inline constexpr u16 user_code_selector = USER_CODE_SELECTOR;
inline constexpr u16 task_state_selector = 0x40;

struct [[gnu::packed]] TaskState {
    u32 reserved0 = 0;
    u64 stack[3] = {}; ///< RSP for traps to rings 0 to 2
    u64 reserved1 = 0;
    u64 interrupt_stack[7] = {}; ///< IST 1 to 7
    u64 reserved2 = 0;
    u16 reserved3 = 0;
    u16 io_map = sizeof(TaskState); ///< past the limit: no port is the user's
};
static_assert(sizeof(TaskState) == 104);

/// Linux's selectors: backends without VT-x or SVM insist on the users' ones.
struct DescriptorTable {
    std::array<u64, 10> entries = {
        0,
        0,
        0x00af'9b00'0000'ffff, // 0x10: kernel code, 64-bit
        0x00cf'9300'0000'ffff, // 0x18: kernel data
        0,                     // 0x23: no 32-bit user code, or its SYSCALL would enter ring 0 at IA32_CSTAR
        0x00cf'f300'0000'ffff, // 0x2b: user data
        0x00af'fb00'0000'ffff, // 0x33: user code, 64-bit
        0,
    };

    constexpr void set_task_state(u64 base)
    {
        constexpr u64 available_tss = 0x89ULL << 40;
        entries[task_state_selector / 8] =
            (sizeof(TaskState) - 1) | (base & 0xff'ffff) << 16 | available_tss | (base >> 24 & 0xff) << 56;
        entries[task_state_selector / 8 + 1] = base >> 32;
    }
};

struct [[gnu::packed]] TablePointer {
    u16 limit;
    u64 base;
};

struct InterruptGate {
    u16 offset_low = 0;
    u16 selector = 0;
    u8 stack = 0; ///< IST number, 0 for none
    u8 attributes = 0;
    u16 offset_middle = 0;
    u32 offset_high = 0;
    u32 reserved = 0;
};
static_assert(sizeof(InterruptGate) == 16);

/// A gate to `stub`, interrupts off behind it. `stack`: IST number, 0 for none. Which of them a user may call by INT3.
constexpr InterruptGate interrupt_gate(u64 stub, u8 stack, bool user_may_call)
{
    constexpr u8 present_interrupt_gate = 0x8e;
    constexpr u8 for_users = 0x60;
    return {.offset_low = static_cast<u16>(stub),
            .selector = kernel_code_selector,
            .stack = stack,
            .attributes = static_cast<u8>(present_interrupt_gate | (user_may_call ? for_users : 0)),
            .offset_middle = static_cast<u16>(stub >> 16),
            .offset_high = static_cast<u32>(stub >> 32)};
}

/// The stub of vector N is at trap_stubs + N * TRAP_STUB_SIZE. They come first in the image, so that the table of gates
/// can be a constant.
inline constexpr u64 trap_stubs = vitrine::abi::kernel_image_base + vitrine::abi::kernel_physical_base;

static_assert(vitrine::abi::kernel_image_base == IMAGE_BASE);

/// Points this CPU's IDTR to the gates.
void load_interrupt_table();

} // namespace arch
