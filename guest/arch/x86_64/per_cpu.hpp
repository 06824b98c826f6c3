#pragma once

#include "arch/context.hpp"
#include "arch/cpu.hpp"
#include "arch/x86_64/asm_constants.h"
#include "arch/x86_64/interrupts.hpp"
#include "arch/x86_64/kvm_clock.hpp"
#include "arch/x86_64/ring3/entry_area.hpp"
#include "arch/x86_64/segments.hpp"
#include "lib/types.hpp"

#include <cstddef>

namespace arch {

/// Bytes. Only a panic runs on it.
inline constexpr u64 trap_stack_size = 16384;

/// What a CPU has for itself; GS points to it while the kernel runs. Written by its own CPU only, unless it says
/// otherwise. Its pages are those that entry_area.h speaks of.
struct alignas(kernel::page_size) PerCpu {
    PerCpu* self = nullptr;
    u64 kernel_stack = 0; ///< where SYSCALL and traps from user mode start pushing
    u64 user_stack = 0;   ///< scratch of the SYSCALL entry
    u32 preempt_count = 0;
    bool need_resched = false; ///< set by any CPU, cleared by its own
    u32 softirq_pending = 0;
    kernel::Task* task = nullptr;
    Context* context = nullptr; ///< of that task
    unsigned id = 0;
    u32 apic_id = 0;
    u64 trap_stack = 0;      ///< top of the stack for traps that cannot trust the one they find
    bool fpu_loaded = false; ///< the registers hold `context`'s FPU state
    KvmTime kvm_time;
    alignas(KERNEL_SIDE) ring3::KernelSide kernel_side;
    /// What interrupts find when they come aside (entry_area.h): masked, always.
    alignas(PER_CPU_MASK_ASIDE - KERNEL_SIDE) InterruptMask interrupts_aside{.in_nmi = true};
    u8 between[ASIDE - sizeof(InterruptMask) - 1] = {};
    u8 irq_vector = 0; ///< of the last interrupt of the kernel in ring 3: where one store sets it and `masked`
    InterruptMask interrupts;

    alignas(kernel::page_size) bool user_page = true;
    alignas(USER_SIDE) ring3::UserSide user_side;

    alignas(kernel::page_size) DescriptorTable descriptors;
    alignas(ENTRY_TSS - ENTRY_GDT) TaskState task_state;
};
static_assert(offsetof(PerCpu, kernel_side) == KERNEL_SIDE);
static_assert(offsetof(PerCpu, kvm_time) + sizeof(KvmTime) <= KERNEL_SIDE - ASIDE); // stubs write there, aside
static_assert(offsetof(PerCpu, interrupts) + sizeof(InterruptMask) <= TRAP_TOP - ERROR_BELOW - ASIDE);
static_assert(offsetof(PerCpu, user_side) == USER_PAGE + USER_SIDE);
static_assert(offsetof(PerCpu, descriptors) == DESCRIPTOR_PAGE);
static_assert(offsetof(PerCpu, task_state) == DESCRIPTOR_PAGE + ENTRY_TSS - ENTRY_GDT);
static_assert(offsetof(PerCpu, kernel_stack) == PER_CPU_KERNEL_STACK);
static_assert(offsetof(PerCpu, user_stack) == PER_CPU_USER_STACK);
static_assert(offsetof(PerCpu, preempt_count) == PER_CPU_PREEMPT_COUNT);
static_assert(offsetof(PerCpu, need_resched) == PER_CPU_NEED_RESCHED);
static_assert(offsetof(PerCpu, softirq_pending) == PER_CPU_SOFTIRQ_PENDING);
static_assert(offsetof(PerCpu, interrupts_aside) == PER_CPU_MASK_ASIDE);
static_assert(offsetof(PerCpu, interrupts_aside.held) == PER_CPU_HELD_ASIDE);
static_assert(offsetof(PerCpu, interrupts_aside.nmi_noted) == PER_CPU_NMI_NOTED_ASIDE);
static_assert(PER_CPU_MASKED - ASIDE == PER_CPU_MASK_ASIDE);
static_assert(offsetof(PerCpu, interrupts.nmi_noted) == PER_CPU_NMI_NOTED);
static_assert(offsetof(PerCpu, irq_vector) == PER_CPU_IRQ_VECTOR);
static_assert(offsetof(PerCpu, interrupts.masked) == PER_CPU_MASKED);
static_assert(offsetof(PerCpu, interrupts.taking_trap) == PER_CPU_TAKING_TRAP);
static_assert(offsetof(PerCpu, interrupts.in_nmi) == PER_CPU_IN_NMI);
static_assert(offsetof(PerCpu, interrupts.held) == PER_CPU_HELD_AND_SHUT);
static_assert(offsetof(PerCpu, interrupts.shut) == PER_CPU_HELD_AND_SHUT + 1);

/// This CPU's. Stable only while it cannot be preempted.
inline PerCpu& this_cpu()
{
    PerCpu* self;
    asm("mov %%gs:0, %0" : "=r"(self) : "m"(*static_cast<PerCpu*>(nullptr)));
    return *self;
}

/// Of CPU `cpu`, once it has been set up.
PerCpu& per_cpu(unsigned cpu);

/// Loads the tables, control registers and MSRs of the CPU that runs this and makes `cpu` its own. `trap_stack` is the
/// top of the stack for traps that cannot trust the one they find (double fault, NMI, machine check).
void set_up_cpu(PerCpu& cpu, u64 trap_stack);

/// Forbids the kernel to execute user pages, where the CPU can.
void enable_smep();

} // namespace arch
