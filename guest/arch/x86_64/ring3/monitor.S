/* The monitor: all that is left in ring 0 under a kernel that runs at CPL 3. It runs in the entry area (entry_area.h),
 * with the processor's interrupt flag off, on stacks that hold one hardware frame each, and touches nothing but
 * ENTRY_CPU's page and two bytes of the TSS behind it. Where ring 0 is emulated each instruction here costs about a
 * microsecond: hence stubs without a common tail, and nothing done here that the kernel can do itself.
 *
 * What it relies on:
 *  1. The root that is loaded says who runs: users with the user root, the kernel with the kernel root. Users cannot load
 *     CR3, and the area is supervisor-only, but for the page of the SYSCALL trampoline, which is read-only.
 *  2. The kernel is trusted: what it puts into ENTRY_CPU's pages (through its own mapping of them) and into registers
 *     before it calls is not checked. It forces user selectors, flags and a canonical RIP into frames for users
 *     (make_safe_for_user); an IRETQ that faults in here is fatal.
 *  3. A gate shuts the interrupt flag, so a stub is not interrupted but by NMI (see nmi stubs) and, in HLT, by what it
 *     waits for.
 *  4. Each kind of trap of the kernel has a stack of its own (IST). A second one of the same kind must not come before
 *     the kernel has taken the first one's frame: `masked`, `taking_trap` and `in_nmi` (InterruptMask) see to that for
 *     interrupts, stubs and kernel for NMIs; and the kernel's few instructions that take a frame do not trap, having
 *     looked at the stack that they will use.
 *  5. While users run, USER_TOP's frame in page 0 is the prebuilt one, since all gates of the kernel root name an IST
 *     stack.
 */

#include "arch/x86_64/asm_constants.h"
#include "arch/x86_64/ring3/entry_area.h"

#define FIRST_INTERRUPT 32
#define HAS_ERROR_CODE(vector) \
    ((vector) == 8 || ((vector) >= 10 && (vector) <= 14) || (vector) == 17 || (vector) == 21 || \
     (vector) == 29 || (vector) == 30)
#define RFLAGS_IF 0x200
/* Of an address in here as it is mapped: the upper halves of all are the same. */
#define LOW_HALF(label) ((ENTRY_MONITOR & 0xffffffff) + (label) - monitor_begin)

/* Offsets from RSP as a trap leaves it on the stack with that top, without and with an error code. */
#define AT(field, top) (field) - ((top) - FRAME_BELOW)
#define AT_E(field, top) (field) - ((top) - ERROR_BELOW)

    .section .text.monitor, "ax"
    .balign 4096
    .global monitor_begin, monitor_end
monitor_begin:

/* Traps from users, on RSP0 in the user root: into the kernel root, to the kernel's entry. */
.macro TO_KERNEL frame, at:vararg
    xchg %rax, US_ROOT_OR_RAX - (\at)(%rsp)     /* their RAX is kept; ours is the kernel root */
    mov %rax, %cr3                              /* now RSP points into page 0 */
    .if \frame - (\at)
    lea \frame - (\at)(%rsp), %rsp              /* a prebuilt frame of this CPU's */
    .endif
    iretq
.endm

    .set vector, 0
    .rept 256
    .balign USER_STUB_SIZE
    .if vector == 2                             /* NMI: of users, or of a stub of theirs? */
    jmp user_nmi
    .elseif vector == 3                         /* system calls, mostly */
    TO_KERNEL KS_FRAME_BREAKPOINT, USER_TOP - FRAME_BELOW
    .elseif vector == 14
    jmp user_page_fault
    .elseif vector >= FIRST_INTERRUPT
    movb $vector, AT(US_VECTOR, USER_TOP)(%rsp)
    TO_KERNEL KS_FRAME_USER_TRAP, USER_TOP - FRAME_BELOW
    .else
    .if !HAS_ERROR_CODE(vector)
    push $0
    .endif
    movb $vector, AT_E(US_VECTOR, USER_TOP)(%rsp)
    jmp user_exception
    .endif
    .set vector, vector + 1
    .endr
    .balign USER_STUB_SIZE

/* Traps of the kernel, on IST stacks in the kernel root: the kernel root is loaded already. */
kernel_stubs_begin:
    .set vector, 0
    .rept 256
    .balign KERNEL_STUB_SIZE
    .if vector == 2
    jmp kernel_nmi
    .elseif vector == 3
    jmp kernel_breakpoint
    .elseif vector == 8 || vector == 18
    .if !HAS_ERROR_CODE(vector)
    push $0
    .endif
    movb $vector, AT_E(KS_FATAL_VECTOR, FATAL_TOP)(%rsp)
    lea AT_E(KS_FRAME_FATAL, FATAL_TOP)(%rsp), %rsp
    iretq
    .elseif vector == 14
    movb $1, AT_E(PER_CPU_TAKING_TRAP, TRAP_TOP)(%rsp)
    mov %rax, AT_E(KS_RAX, TRAP_TOP)(%rsp)
    mov %cr2, %rax
    mov %rax, AT_E(KS_CR2, TRAP_TOP)(%rsp)
    lea AT_E(KS_FRAME_PAGE_FAULT, TRAP_TOP)(%rsp), %rsp
    iretq
    .elseif vector >= FIRST_INTERRUPT
    cmpl $0, AT(PER_CPU_MASKED, IRQ_TOP)(%rsp)  /* InterruptMask's first four bytes */
    jne 1f
    movw $(1 << 8 | vector), AT(PER_CPU_IRQ_VECTOR, IRQ_TOP)(%rsp)      /* and in the next byte, masked */
    movb $0, AT(TSS_IRQ_STACK, IRQ_TOP)(%rsp)
    lea AT(KS_FRAME_IRQ, IRQ_TOP)(%rsp), %rsp
    iretq
1:  movb $vector, AT(PER_CPU_HELD_AND_SHUT, IRQ_TOP)(%rsp)
    andl $~RFLAGS_IF, IRET_RFLAGS(%rsp)         /* and no other until this one has been served, */
    andl $~RFLAGS_IF, AT(KS_FRAME_TRAP + IRET_RFLAGS, IRQ_TOP)(%rsp)    /* not in traps meanwhile either; (aside these
                                                                           hit nothing, see per_cpu.hpp) */
    andl $~RFLAGS_IF, AT(KS_FRAME_PAGE_FAULT + IRET_RFLAGS, IRQ_TOP)(%rsp)
    andl $~RFLAGS_IF, AT(KS_FRAME_NMI + IRET_RFLAGS, IRQ_TOP)(%rsp)
    iretq
    .else
    .if !HAS_ERROR_CODE(vector)
    push $0
    .endif
    movb $1, AT_E(PER_CPU_TAKING_TRAP, TRAP_TOP)(%rsp)
    movb $vector, AT_E(KS_VECTOR, TRAP_TOP)(%rsp)
    lea AT_E(KS_FRAME_TRAP, TRAP_TOP)(%rsp), %rsp
    iretq
    .endif
    .set vector, vector + 1
    .endr
    .balign KERNEL_STUB_SIZE

user_exception:
    TO_KERNEL KS_FRAME_USER_TRAP, USER_TOP - ERROR_BELOW

user_page_fault:
    movb $14, AT_E(US_VECTOR, USER_TOP)(%rsp)
    xchg %rax, AT_E(US_ROOT_OR_RAX, USER_TOP)(%rsp)
    mov %rax, %cr3
    mov %cr2, %rax                              /* RAX is free, and CR2 the monitor's to read */
    mov %rax, AT_E(KS_CR2, USER_TOP)(%rsp)
    lea AT_E(KS_FRAME_USER_TRAP, USER_TOP)(%rsp), %rsp
    iretq

/* An NMI that finds the monitor at work is only noted; the kernel looks when it gets there. The gate names no IST stack:
 * from the monitor RSP stays where it was, a little above. */
user_nmi:
    testb $3, IRET_CS(%rsp)
    jz 1f
    push $0
    movb $2, AT_E(US_VECTOR, USER_TOP)(%rsp)
    jmp user_exception
1:  push %rax
    mov %rsp, %rax
    and $~0xfff, %rax
    movb $1, US_NMI_NOTED(%rax)
    pop %rax
    iretq

kernel_nmi:
    cmpb $0, AT(PER_CPU_IN_NMI, NMI_TOP)(%rsp)
    jne 1f
    testb $3, IRET_CS(%rsp)
    jz 2f
    movb $1, AT(PER_CPU_IN_NMI, NMI_TOP)(%rsp)
    movb $0, AT(TSS_NMI_STACK, NMI_TOP)(%rsp)
    lea AT(KS_FRAME_NMI, NMI_TOP)(%rsp), %rsp
    iretq
1:  movb $1, AT(PER_CPU_NMI_NOTED, NMI_TOP)(%rsp)
    iretq
2:  movb $1, AT(PER_CPU_NMI_NOTED, NMI_TOP)(%rsp)
    cmpl $LOW_HALF(do_wait), IRET_RIP(%rsp)     /* about to wait, it must not any more, */
    jb 3f
    cmpl $LOW_HALF(do_wait_halt), IRET_RIP(%rsp)
    ja 3f
    movl $LOW_HALF(do_not_wait), IRET_RIP(%rsp) /* or nobody would look before the next interrupt */
3:  iretq

/* INT3 of the kernel: at one of two places it is a call of the monitor, and elsewhere a breakpoint. */
kernel_breakpoint:
    cmpq $return_to_user_called, (%rsp)
    jne 1f
    cmpb $0, AT(PER_CPU_HELD_AND_SHUT, TRAP_TOP)(%rsp)
    jne 2f                                      /* an interrupt wants to be served first: back into the kernel */
    mov %rax, %cr3                              /* RAX = the user root; RSP points to the user's frame in page 1 */
    mov AT(US_RAX, TRAP_TOP)(%rsp), %rax
2:  iretq
1:  cmpq $monitor_called, (%rsp)
    jne 3f
    jmp *%r11
3:  push $0
    movb $1, AT_E(PER_CPU_TAKING_TRAP, TRAP_TOP)(%rsp)
    movb $3, AT_E(KS_VECTOR, TRAP_TOP)(%rsp)
    lea AT_E(KS_FRAME_TRAP, TRAP_TOP)(%rsp), %rsp
    iretq

/* SYSCALL where it enters ring 0: RSP and GS still the user's, the user root loaded. Makes the frame that the trampoline's
 * INT3 would have made, and goes the same way. */
    .global monitor_syscall
monitor_syscall:
    swapgs                                      /* to ENTRY_CPU */
    mov %rsp, %gs:US_SCRATCH
    mov %gs:US_TOP, %rsp
    push $USER_DATA_SELECTOR
    push %gs:US_SCRATCH
    push %r11
    push $USER_CODE_SELECTOR
    push %gs:US_SYSCALL_RIP
    swapgs
    TO_KERNEL KS_FRAME_BREAKPOINT, USER_TOP - FRAME_BELOW

/* Calls: the operation's address is in R11, its arguments where the instruction wants them; the kernel's side of each
 * is below it. All registers but RAX, RCX, RDX, R11 are kept. */
.macro MONITOR_CALL operation
    movabs $(ENTRY_MONITOR + \operation - monitor_begin), %r11
    jmp call_monitor
.endm

do_wrmsr:
    wrmsr
    iretq
do_rdmsr:
    rdmsr
    iretq
do_load_root:
    mov %rax, %cr3
    iretq
do_invlpg:
    invlpg (%rdi)
    iretq
do_read_control:
    mov %cr0, %rax
    mov %cr4, %rdx
    iretq
do_write_cr4:
    mov %rdi, %cr4
    iretq
do_in8:
    in %dx, %al
    iretq
do_out8:
    out %al, %dx
    iretq
do_out32:
    out %eax, %dx
    iretq
do_outs:
    rep outsb
    iretq
do_cpuid:
    cpuid
    iretq
do_open:
    orl $RFLAGS_IF, IRET_RFLAGS(%rsp)
    iretq
do_wait:
    cmpb $0, AT(PER_CPU_HELD_AND_SHUT, TRAP_TOP)(%rsp)
    jne 1f
    orl $RFLAGS_IF, IRET_RFLAGS(%rsp)
    movb $0, AT(PER_CPU_MASKED, TRAP_TOP)(%rsp)
    sti                                         /* takes effect behind HLT's beginning */
do_wait_halt:
    hlt                                         /* an interrupt goes to the kernel, and on behind its INT3 */
    cli                                         /* an NMI gets here */
1:  iretq
do_not_wait:                                    /* the same, from wherever that was, without the HLT */
    cmpb $0, AT(PER_CPU_HELD_AND_SHUT, TRAP_TOP)(%rsp)
    jne 1b
    orl $RFLAGS_IF, IRET_RFLAGS(%rsp)
    movb $0, AT(PER_CPU_MASKED, TRAP_TOP)(%rsp)
    iretq
do_stop:
    cli
    hlt
    jmp do_stop
do_load_interrupt_table:
    lidt (%rdi)
    iretq
monitor_end:

    .text
call_monitor:
    int3
    .global monitor_called
monitor_called:
    ret

    .global monitor_write_msr, monitor_read_msr, monitor_load_root, monitor_forget_page, monitor_read_control
    .global monitor_write_cr4, monitor_in8, monitor_out8, monitor_out32, monitor_out_string, monitor_cpuid
    .global monitor_open_interrupts, monitor_wait, monitor_stop, monitor_load_interrupt_table
monitor_write_msr:
    mov %edi, %ecx
    mov %esi, %eax
    mov %rsi, %rdx
    shr $32, %rdx
    MONITOR_CALL do_wrmsr
monitor_read_msr:
    push %rbp
    mov %rsp, %rbp
    mov %edi, %ecx
    call 1f
    shl $32, %rdx
    or %rdx, %rax
    pop %rbp
    ret
1:  MONITOR_CALL do_rdmsr
monitor_load_root:
    mov %rdi, %rax
    MONITOR_CALL do_load_root
monitor_forget_page:
    MONITOR_CALL do_invlpg
monitor_read_control:                           /* returns a struct in RAX and RDX */
    MONITOR_CALL do_read_control
monitor_write_cr4:
    MONITOR_CALL do_write_cr4
monitor_in8:
    mov %edi, %edx
    MONITOR_CALL do_in8
monitor_out8:
    mov %edi, %edx
    mov %esi, %eax
    MONITOR_CALL do_out8
monitor_out32:
    mov %edi, %edx
    mov %esi, %eax
    MONITOR_CALL do_out32
monitor_out_string:                             /* RDI = port, RSI = bytes, RDX = how many */
    mov %rdx, %rcx
    mov %edi, %edx
    MONITOR_CALL do_outs
monitor_cpuid:                                  /* EDI = leaf, ESI = subleaf, RDX = u32[4] */
    push %rbp
    mov %rsp, %rbp
    push %rbx
    push %rdx
    mov %edi, %eax
    mov %esi, %ecx
    call 1f
    pop %rdi
    mov %eax, (%rdi)
    mov %ebx, 4(%rdi)
    mov %ecx, 8(%rdi)
    mov %edx, 12(%rdi)
    pop %rbx
    pop %rbp
    ret
1:  MONITOR_CALL do_cpuid
monitor_open_interrupts:
    MONITOR_CALL do_open
monitor_wait:
    MONITOR_CALL do_wait
monitor_stop:
    MONITOR_CALL do_stop
monitor_load_interrupt_table:
    MONITOR_CALL do_load_interrupt_table
