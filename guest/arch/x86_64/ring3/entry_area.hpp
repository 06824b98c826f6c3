#pragma once

#include "arch/x86_64/asm_constants.h"
#include "arch/x86_64/ring3/entry_area.h"
#include "arch/x86_64/segments.hpp"
#include "lib/types.hpp"

#include <cstddef>

/// What the monitor and the kernel in ring 3 share, for each CPU; see entry_area.h.
namespace arch {
struct PerCpu;
}

namespace arch::ring3 {

/// Where CPU `cpu`'s pages are in the entry area.
constexpr u64 entry_cpu(unsigned cpu) { return ENTRY_CPU_0 + u64{cpu} * ENTRY_PAGES_OF_CPU * kernel::page_size; }

/// What IRETQ pops.
struct IretFrame {
    u64 rip;
    u64 cs;
    u64 rflags;
    u64 rsp;
    u64 ss;
};

/// In PerCpu's page 0, which the kernel root has in the entry area.
struct KernelSide {
    IretFrame trap_entry{}; ///< to kernel_entry.S, each
    IretFrame page_fault_entry{};
    IretFrame irq_entry{};
    IretFrame nmi_entry{};
    IretFrame fatal_entry{};
    IretFrame user_trap_entry{};
    u64 cr2 = 0;                 ///< of the last page fault
    u64 vector = 0;              ///< of the last trap of the kernel; stubs write the low byte
    u64 fatal_vector = 0;        ///< and for what is fatal
    u64 rax[3] = {};             ///< scratch of the kernel's entries
    u64 user_gs_base = 0;        ///< the user's, while the kernel runs
    u64 user_root = 0;           ///< to return to
    u64 kernel_root = 0;         ///< loaded
    u64 stack_limit = 0;         ///< the running task's kernel stack ends there
    u64 trap_stack = 0;          ///< top of the stack for what cannot trust the one it finds
    IretFrame nmi_return{};      ///< scratch
    u64 entry_cpu = ENTRY_CPU_0; ///< this CPU's page in the entry area
};
static_assert(KERNEL_SIDE + offsetof(KernelSide, trap_entry) == KS_FRAME_TRAP);
static_assert(KERNEL_SIDE + offsetof(KernelSide, page_fault_entry) == KS_FRAME_PAGE_FAULT);
static_assert(KERNEL_SIDE + offsetof(KernelSide, irq_entry) == KS_FRAME_IRQ);
static_assert(KERNEL_SIDE + offsetof(KernelSide, nmi_entry) == KS_FRAME_NMI);
static_assert(KERNEL_SIDE + offsetof(KernelSide, fatal_entry) == KS_FRAME_FATAL);
static_assert(KERNEL_SIDE + offsetof(KernelSide, user_trap_entry) == KS_FRAME_USER_TRAP);
static_assert(KERNEL_SIDE + offsetof(KernelSide, cr2) == KS_CR2);
static_assert(KERNEL_SIDE + offsetof(KernelSide, vector) == KS_VECTOR);
static_assert(KERNEL_SIDE + offsetof(KernelSide, fatal_vector) == KS_FATAL_VECTOR);
static_assert(KERNEL_SIDE + offsetof(KernelSide, rax) == KS_RAX);
static_assert(KERNEL_SIDE + offsetof(KernelSide, rax) + 16 == KS_NMI_RAX);
static_assert(KERNEL_SIDE + offsetof(KernelSide, user_gs_base) == KS_USER_GS_BASE);
static_assert(KERNEL_SIDE + offsetof(KernelSide, user_root) == KS_USER_ROOT);
static_assert(KERNEL_SIDE + offsetof(KernelSide, kernel_root) == KS_KERNEL_ROOT);
static_assert(KERNEL_SIDE + offsetof(KernelSide, stack_limit) == KS_STACK_LIMIT);
static_assert(KERNEL_SIDE + offsetof(KernelSide, trap_stack) == KS_TRAP_STACK);
static_assert(KERNEL_SIDE + offsetof(KernelSide, nmi_return) == KS_NMI_RETURN);
static_assert(KERNEL_SIDE + offsetof(KernelSide, entry_cpu) == KS_ENTRY_CPU);
static_assert(KERNEL_STUBS == USER_STUBS + 256UL * USER_STUB_SIZE);
static_assert(ENTRY_CPU_0 == ENTRY_AREA + ENTRY_FIRST_CPU_PAGE * kernel::page_size);
static_assert(TSS_IRQ_STACK == ENTRY_TSS + offsetof(TaskState, interrupt_stack) + sizeof(u64) * (IRQ_STACK - 1));
static_assert(TSS_NMI_STACK == ENTRY_TSS + offsetof(TaskState, interrupt_stack) + sizeof(u64) * (NMI_STACK - 1));
static_assert(KERNEL_SIDE + sizeof(KernelSide) <= TRAP_TOP - ERROR_BELOW - 256);

/// In PerCpu's page 1, which the user root has there.
struct UserSide {
    u64 root_or_rax = 0; ///< the kernel root; from an entry until the kernel has taken it, the user's RAX
    u64 vector = 0;      ///< of the trap; stubs write the low byte
    u64 rax = 0;         ///< to return to the user with
    u64 scratch = 0;     ///< of monitor_syscall
    u64 syscall_rip = 0; ///< where the trampoline's INT3 would have come from
    u64 stack_top = 0;   ///< USER_TOP in the entry area
    u64 nmi_noted = 0;   ///< one came while the monitor was at work
};
static_assert(USER_SIDE + offsetof(UserSide, root_or_rax) == US_ROOT_OR_RAX);
static_assert(USER_SIDE + offsetof(UserSide, vector) == US_VECTOR);
static_assert(USER_SIDE + offsetof(UserSide, rax) == US_RAX);
static_assert(USER_SIDE + offsetof(UserSide, scratch) == US_SCRATCH);
static_assert(USER_SIDE + offsetof(UserSide, syscall_rip) == US_SYSCALL_RIP);
static_assert(USER_SIDE + offsetof(UserSide, stack_top) == US_TOP);
static_assert(USER_SIDE + offsetof(UserSide, nmi_noted) == US_NMI_NOTED);

/// What ENTER_RING3 wants of GDT and TSS on CPU `cpu`.
constexpr void prepare_descriptors(DescriptorTable& descriptors, TaskState& state, unsigned cpu)
{
    const u64 page = entry_cpu(cpu);
    descriptors.set_task_state(page + ENTRY_TSS);
    state.stack[0] = page + USER_TOP;
    state.interrupt_stack[IRQ_STACK - 1] = page + IRQ_TOP;
    state.interrupt_stack[TRAP_STACK - 1] = page + TRAP_TOP;
    state.interrupt_stack[NMI_STACK - 1] = page + NMI_TOP;
    state.interrupt_stack[FATAL_STACK - 1] = page + FATAL_TOP;
}

/// Makes a secondary CPU's pages part of the entry area, before it starts. The boot CPU's are from the beginning.
void map_entry_cpu(const PerCpu& cpu);
/// Fills in what the monitor and the kernel's entries need to find on the CPU that runs this. The first thing a CPU
/// does in ring 3: until then every trap is fatal.
void prepare_entries(PerCpu& cpu, u64 trap_stack);

/// Says that the CPU's flag is about to be opened: what interrupts the kernel from then on, shall leave it open. The
/// monitor takes it back when it holds an interrupt.
void flag_is_to_open(KernelSide& kernel);

/// A user root's entry for the entry area.
u64 user_entry_tables();

} // namespace arch::ring3
