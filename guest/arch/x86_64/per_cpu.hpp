#pragma once

#include "arch/context.hpp"
#include "arch/cpu.hpp"
#include "arch/x86_64/asm_constants.h"
#include "arch/x86_64/interrupts.hpp"
#include "arch/x86_64/kvm_clock.hpp"
#include "arch/x86_64/segments.hpp"
#include "lib/types.hpp"

#include <cstddef>

namespace arch {

/// Bytes. Only a panic runs on it.
inline constexpr u64 trap_stack_size = 8192;

/// What a CPU has for itself; GS points to it while the kernel runs. Written by its own CPU only, unless it says
/// otherwise.
struct PerCpu {
    PerCpu* self = nullptr;
    u64 kernel_stack = 0; ///< where SYSCALL and traps from user mode start pushing
    u64 user_stack = 0;   ///< scratch of the SYSCALL entry
    u32 preempt_count = 0;
    bool need_resched = false; ///< set by any CPU, cleared by its own
    u32 softirq_pending = 0;
    alignas(8) InterruptMask interrupts;
    kernel::Task* task = nullptr;
    Context* context = nullptr; ///< of that task
    unsigned id = 0;
    u32 apic_id = 0;
    bool fpu_loaded = false; ///< the registers hold `context`'s FPU state
    DescriptorTable descriptors;
    TaskState task_state;
    KvmTime kvm_time;
};
static_assert(offsetof(PerCpu, kernel_stack) == PER_CPU_KERNEL_STACK);
static_assert(offsetof(PerCpu, user_stack) == PER_CPU_USER_STACK);
static_assert(offsetof(PerCpu, preempt_count) == PER_CPU_PREEMPT_COUNT);
static_assert(offsetof(PerCpu, need_resched) == PER_CPU_NEED_RESCHED);
static_assert(offsetof(PerCpu, softirq_pending) == PER_CPU_SOFTIRQ_PENDING);
static_assert(offsetof(PerCpu, interrupts.masked) == PER_CPU_MASKED);
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
