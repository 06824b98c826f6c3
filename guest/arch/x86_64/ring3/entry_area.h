/* The entry area: what both page-table roots of a process map, out of the reach of CPL 3 but for the first page. For
 * assembly and C++; per_cpu.hpp and entry_area.cpp assert that it is so.
 *
 * A process has two roots. The kernel root maps the user half and the kernel; the user root maps the user half and this
 * area alone. At two addresses of the area the roots show different pages:
 *
 *                        kernel root          user root
 *     ENTRY_IDT          gates for traps      gates for traps
 *                        from the kernel      from the user
 *     ENTRY_CPU(n)       PerCpu's page 0      PerCpu's page 1
 *
 * So the processor itself tells who was running, by the root that is loaded, and no user can change that; and what a
 * stub finds at an offset from its stack pointer is its side's. A stub crosses to the other side by loading the other
 * root: RSP then points into the other page. */
#pragma once

#define ENTRY_AREA 0xfffffe0000000000
#define ENTRY_SYSCALL_PAGE ENTRY_AREA
#define ENTRY_IDT (ENTRY_AREA + 0x1000)
#define ENTRY_MONITOR (ENTRY_AREA + 0x2000)
#define ENTRY_MONITOR_PAGES 12
#define ENTRY_FIRST_CPU_PAGE 16 /* which is ENTRY_CPU_0 */
#define ENTRY_PAGES_OF_CPU 2
/* Of CPU 0; each further CPU's ENTRY_PAGES_OF_CPU pages behind. The second page holds GDT and TSS. */
#define ENTRY_CPU_0 (ENTRY_AREA + 0x10000)
#define ENTRY_GDT 0x1000
#define ENTRY_TSS 0x1080
#define ENTRY_GDT_SIZE 80
#define TASK_STATE_SELECTOR 0x40

/* Where the stubs of each vector begin, N * size behind. */
#define USER_STUB_SIZE 32
#define KERNEL_STUB_SIZE 128
#define USER_STUBS ENTRY_MONITOR
#define KERNEL_STUBS (ENTRY_MONITOR + 0x2000)

/* Tops of the stacks in ENTRY_CPU's page, as offsets. They hold nothing but the hardware's frames. */
#define TRAP_TOP 0xb00  /* IST 2: traps of the kernel, calls of the monitor */
#define IRQ_TOP 0xc40   /* IST 1: interrupts of the kernel, and of the monitor's HLT */
#define NMI_TOP 0xd40   /* IST 3 */
#define FATAL_TOP 0xe00 /* IST 4: double fault, machine check */

/* An interrupt that is to be held, or an NMI that is to be noted, may come before the kernel has taken the frame of the
 * one before: it must not be put on top of that. So the stub that hands a frame to the kernel moves the IST pointer in
 * the TSS down by ASIDE, by clearing its low byte, and the kernel moves it back when it has taken the frame. What comes
 * in between finds everything by ASIDE lower: an InterruptMask that is always set, and its own `held`. */
#define ASIDE 0x40
#define TSS_IRQ_STACK (ENTRY_TSS + 36) /* the low byte, from ENTRY_CPU: 0x40 or 0 */
#define TSS_NMI_STACK (ENTRY_TSS + 52)
#define USER_TOP 0xf00 /* RSP0: everything that comes from users */
#define IRQ_STACK 1
#define TRAP_STACK 2
#define NMI_STACK 3
#define FATAL_STACK 4

/* A hardware frame below a top; the error code, where there is one, is below that. */
#define FRAME_BELOW 40
#define ERROR_BELOW 48
#define IRET_RIP 0
#define IRET_CS 8
#define IRET_RFLAGS 16
#define IRET_RSP 24
#define IRET_SS 32

/* Page 0 of PerCpu (kernel root): KernelSide. IRETQ frames into the kernel, made once for each CPU: */
#define KERNEL_SIDE 0x800
#define KS_FRAME_TRAP 0x800
#define KS_FRAME_PAGE_FAULT 0x828
#define KS_FRAME_IRQ 0x850
#define KS_FRAME_NMI 0x878
#define KS_FRAME_FATAL 0x8a0
#define KS_FRAME_USER_TRAP 0x8c8
#define KS_FRAME_BREAKPOINT (USER_TOP - FRAME_BELOW)
/* what stubs leave for the kernel to find: */
#define KS_CR2 0x8f0
#define KS_VECTOR 0x8f8
#define KS_FATAL_VECTOR 0x900
/* and scratch of the kernel's entries. */
#define KS_RAX 0x908
#define KS_IRQ_RAX 0x910
#define KS_NMI_RAX 0x918
#define KS_USER_GS_BASE 0x920
#define KS_USER_ROOT 0x928
#define KS_KERNEL_ROOT 0x930
#define KS_STACK_LIMIT 0x938
#define KS_TRAP_STACK 0x940
#define KS_NMI_RETURN 0x948 /* an IRETQ frame */
#define KS_ENTRY_CPU 0x970
/* The NMI's part of the stack at KS_TRAP_STACK. */
#define NMI_STACK_BELOW 8192

/* Page 1 of PerCpu (user root): UserSide. */
#define USER_PAGE 0x1000       /* its offset in PerCpu */
#define DESCRIPTOR_PAGE 0x2000 /* in both roots, behind ENTRY_CPU: GDT and TSS */
#define USER_SIDE 0x800
#define US_ROOT_OR_RAX 0x800 /* the kernel root while users run; a stub exchanges it for their RAX */
#define US_VECTOR 0x808
#define US_RAX 0x810 /* to return to users with */
#define US_SCRATCH 0x818
#define US_SYSCALL_RIP 0x820 /* constant: behind the trampoline's INT3 */
#define US_TOP 0x828         /* constant: where USER_TOP is in the entry area */
#define US_NMI_NOTED 0x830
#define US_RETURN_FRAME (TRAP_TOP - FRAME_BELOW)
