/* The kernel's side of the monitor, at CPL 3 and native: takes the frames that the stubs left, makes TrapFrames of them,
 * and goes back. The C++ above it (traps.cpp) is the same as in ring 0.
 *
 * Every entry finds RSP = this CPU's PerCpu, where the frames are at known offsets, and nothing may be pushed yet. A
 * TrapFrame of the kernel says CS 0x10 and SS 0x18, as it would in ring 0, so that everybody can tell it from a user's;
 * the way back puts in what IRETQ needs here. */

#include "arch/x86_64/asm_constants.h"
#include "arch/x86_64/registers_on_stack.inc"
#include "arch/x86_64/ring3/entry_area.h"

#define KERNEL_FRAME(top) ((top) - FRAME_BELOW)
#define KERNEL_ERROR(top) ((top) - ERROR_BELOW)
#define USER_FRAME (USER_PAGE + USER_TOP - FRAME_BELOW)
#define USER_ERROR (USER_PAGE + USER_TOP - ERROR_BELOW)
/* What must be left of the interrupted stack, so that the handler of a trap gets as far as to find out that it is not. */
#define STACK_RESERVE 512
#define FIRST_INTERRUPT 32
#define RFLAGS_IF 0x200
#define TSS_IN_PER_CPU(field) ((field) - ENTRY_GDT + DESCRIPTOR_PAGE)

    .text

/* Of the TrapFrame at RSP, what IRETQ needs, but for the selectors, to the frame at RAX + \frame. */
.macro COPY_IRET_FRAME frame:vararg
    mov FRAME_RIP(%rsp), %rcx
    mov %rcx, \frame + IRET_RIP(%rax)
    mov FRAME_RFLAGS(%rsp), %rcx
    mov %rcx, \frame + IRET_RFLAGS(%rax)
    mov FRAME_RSP(%rsp), %rcx
    mov %rcx, \frame + IRET_RSP(%rax)
.endm

/* From users. The mask has been set since the kernel left for user mode: no interrupt comes before C++ allows it. */
.macro TAKE_USER_FRAME original_rax:vararg
    mov %rsp, %rax                              /* theirs is in US_ROOT_OR_RAX */
    mov PER_CPU_KERNEL_STACK(%rax), %rsp
    push $USER_DATA_SELECTOR
    push USER_FRAME + IRET_RSP(%rax)
    push USER_FRAME + IRET_RFLAGS(%rax)
    push $USER_CODE_SELECTOR
    push USER_FRAME + IRET_RIP(%rax)
    push \original_rax
    push %rdi
    push %rsi
    push %rdx
    push %rcx
    push USER_PAGE + US_ROOT_OR_RAX(%rax)
    PUSH_REGISTERS_FROM_R8
    rdgsbase %rcx
    mov %rcx, KS_USER_GS_BASE(%rax)
    wrgsbase %rax
    mov KS_KERNEL_ROOT(%rax), %rcx
    mov %rcx, USER_PAGE + US_ROOT_OR_RAX(%rax)  /* for the next one */
.endm

    .global user_breakpoint_entry, user_trap_entry
user_breakpoint_entry:
    TAKE_USER_FRAME $0
    mov $3, %esi
    jmp 2f
user_trap_entry:
    TAKE_USER_FRAME USER_ERROR(%rax)
    movzbl USER_PAGE + US_VECTOR(%rax), %esi
    cmp $FIRST_INTERRUPT, %esi
    jb 2f
    mov %rsi, FRAME_ORIGINAL_RAX(%rsp)
2:  mov %rsp, %rdi
    sub $8, %rsp                                /* the stack is aligned to 16 at calls */
    call handle_user_trap
    add $8, %rsp

/* RSP = a TrapFrame of user mode, interrupts masked. */
    .global return_to_user_from_ring3
return_to_user_from_ring3:
    mov %gs:0, %rax
    mov %rax, -8(%rsp)                          /* nobody pushes anything here until users run */
    COPY_IRET_FRAME USER_PAGE + US_RETURN_FRAME
    mov FRAME_RAX(%rsp), %rcx
    mov %rcx, USER_PAGE + US_RAX(%rax)
    mov KS_USER_GS_BASE(%rax), %rcx
    wrgsbase %rcx
    POP_REGISTERS_TO_R8
    mov KS_USER_ROOT(%rax), %rax
    add $8, %rsp
    pop %rcx
    pop %rdx
    pop %rsi
    pop %rdi
    int3
    .global return_to_user_called
return_to_user_called:
    /* Refused: an interrupt came during the last few instructions, and is held. The frame is whole still. */
    sub $FRAME_ORIGINAL_RAX, %rsp
    mov -8(%rsp), %rax
    wrgsbase %rax
    mov %rsp, %rdi
    sub $8, %rsp
    call retry_user_return
    add $8, %rsp
    jmp return_to_user_from_ring3

/* The kernel's. The TrapFrame goes where the kernel was interrupted. RAX = PerCpu. */
.macro TAKE_KERNEL_FRAME top, original_rax:vararg
    push $KERNEL_DATA_SELECTOR
    push KERNEL_FRAME(\top) + IRET_RSP(%rax)
    push KERNEL_FRAME(\top) + IRET_RFLAGS(%rax)
    push $KERNEL_CODE_SELECTOR
    push KERNEL_FRAME(\top) + IRET_RIP(%rax)
    push \original_rax
    push %rdi
    push %rsi
    push %rdx
    push %rcx
.endm

    .global kernel_trap_entry, kernel_page_fault_entry, kernel_irq_entry, kernel_nmi_entry, kernel_fatal_entry
kernel_trap_entry:
    mov %rax, KS_RAX(%rsp)
    jmp 1f
kernel_page_fault_entry:                        /* RAX is kept by the stub */
    movb $14, KS_VECTOR(%rsp)
1:  mov %rsp, %rax
    mov KERNEL_FRAME(TRAP_TOP) + IRET_RSP(%rax), %rsp
    and $-16, %rsp
    sub $STACK_RESERVE, %rsp
    cmp KS_STACK_LIMIT(%rax), %rsp
    jb kernel_stack_overflow
    add $STACK_RESERVE, %rsp
    cmp PER_CPU_KERNEL_STACK(%rax), %rsp
    ja kernel_stack_overflow
    TAKE_KERNEL_FRAME TRAP_TOP, KERNEL_ERROR(TRAP_TOP)(%rax)
    push KS_RAX(%rax)
    PUSH_REGISTERS_FROM_R8
    movzbl KS_VECTOR(%rax), %esi
kernel_trap:
    mov %rsp, %rdi
    sub $8, %rsp
    call handle_kernel_trap                     /* clears taking_trap as soon as it has read CR2 */
    .global after_trap_of_kernel_in_ring3
after_trap_of_kernel_in_ring3:
    add $8, %rsp
    movl $USER_CODE_SELECTOR, FRAME_CS(%rsp)
    movl $USER_DATA_SELECTOR, FRAME_SS(%rsp)
    test %al, %al                               /* is the CPU's interrupt flag to be opened? */
    jnz 1f
    POP_REGISTERS
    add $8, %rsp
    iretq                                       /* native: from CPL 3 to CPL 3 */

/* The last thing before IRETQ: what is pending comes at once, and would pile up on the stack, one frame and the handler's
 * calls for each, if it came any earlier. Here it finds nothing on the stack but where to go back to, and takes that over
 * (kernel_irq_entry). */
1:  POP_REGISTERS
    mov %r11, (%rsp)                            /* in place of FRAME_ORIGINAL_RAX */
    call monitor_open_interrupts                /* changes no other register, nor flags */
kernel_flag_opened:
    pop %r11
    iretq

kernel_irq_entry:
    mov %rax, KS_IRQ_RAX(%rsp)
    mov %rsp, %rax
    cmpb $KERNEL_CODE_SELECTOR, KERNEL_FRAME(IRQ_TOP) + IRET_CS(%rax)
    je 1f
    mov KERNEL_FRAME(IRQ_TOP) + IRET_RSP(%rax), %rsp
    cmpq $monitor_called, KERNEL_FRAME(IRQ_TOP) + IRET_RIP(%rax)
    jne 3f
    cmpq $kernel_flag_opened, (%rsp)
    je 4f                                       /* on the way back from the last one */
3:  cmpq $nmi_iretq, KERNEL_FRAME(IRQ_TOP) + IRET_RIP(%rax)
    jb 3f
    cmpq $nmi_iretq_end, KERNEL_FRAME(IRQ_TOP) + IRET_RIP(%rax)
    jb 5f                                       /* on the way back from an NMI, with no stack */
3:  and $-16, %rsp
    TAKE_KERNEL_FRAME IRQ_TOP, $0
    jmp 2f
4:  mov 8(%rsp), %r11
    add $16, %rsp                               /* the frame that it was about to return with is ours now */
    movl $KERNEL_CODE_SELECTOR, IRET_CS(%rsp)
    movl $KERNEL_DATA_SELECTOR, IRET_SS(%rsp)
    push $0
    push %rdi
    push %rsi
    push %rdx
    push %rcx
    jmp 2f
5:  mov KS_NMI_RETURN + IRET_RSP(%rax), %rsp
    and $-16, %rsp
    TAKE_KERNEL_FRAME KS_NMI_RETURN + FRAME_BELOW, $0
    jmp 2f
1:  /* The monitor was waiting (HLT): what was interrupted is the kernel's call. */
    mov KERNEL_FRAME(TRAP_TOP) + IRET_RSP(%rax), %rsp
    and $-16, %rsp
    TAKE_KERNEL_FRAME TRAP_TOP, $0
2:  push KS_IRQ_RAX(%rax)
    PUSH_REGISTERS_FROM_R8
    movzbl PER_CPU_IRQ_VECTOR(%rax), %esi
    mov %rsi, FRAME_ORIGINAL_RAX(%rsp)
    movb $ASIDE, TSS_IN_PER_CPU(TSS_IRQ_STACK)(%rax)
    mov PER_CPU_HELD_ASIDE(%rax), %cl           /* has one come meanwhile? */
    test %cl, %cl
    jz kernel_trap
    movb $0, PER_CPU_HELD_ASIDE(%rax)
    mov %cl, PER_CPU_HELD_AND_SHUT(%rax)
    andl $~RFLAGS_IF, KS_FRAME_TRAP + IRET_RFLAGS(%rax)
    andl $~RFLAGS_IF, KS_FRAME_PAGE_FAULT + IRET_RFLAGS(%rax)
    andl $~RFLAGS_IF, KS_FRAME_NMI + IRET_RFLAGS(%rax)
    jmp kernel_trap

/* Ends in a panic, on a stack that can be trusted. */
kernel_stack_overflow:
    mov KS_TRAP_STACK(%rax), %rsp
    TAKE_KERNEL_FRAME TRAP_TOP, KERNEL_ERROR(TRAP_TOP)(%rax)
    movb $0, PER_CPU_TAKING_TRAP(%rax)
    mov $8, %esi                                /* what ring 0 would have got */
    jmp 1f
kernel_fatal_entry:
    mov %rax, KS_RAX(%rsp)
    mov %rsp, %rax
    mov KS_TRAP_STACK(%rax), %rsp
    TAKE_KERNEL_FRAME FATAL_TOP, KERNEL_ERROR(FATAL_TOP)(%rax)
    movzbl KS_FATAL_VECTOR(%rax), %esi
1:  push KS_RAX(%rax)
    PUSH_REGISTERS_FROM_R8
    wrgsbase %rax
    mov %rsp, %rdi
    sub $8, %rsp
    call handle_fatal_trap

/* An NMI may come at any instruction of the kernel, its entries included: it has a stack and a GS of its own. */
kernel_nmi_entry:
    mov %rax, KS_NMI_RAX(%rsp)
    mov %rsp, %rax
    mov KS_TRAP_STACK(%rax), %rsp
    sub $NMI_STACK_BELOW, %rsp
    TAKE_KERNEL_FRAME NMI_TOP, $0
nmi_taken:
    push KS_NMI_RAX(%rax)
    PUSH_REGISTERS_FROM_R8
    mov %rax, %rbx
    movb $ASIDE, TSS_IN_PER_CPU(TSS_NMI_STACK)(%rax)
    rdgsbase %r12
    wrgsbase %rax
1:  movb $0, PER_CPU_NMI_NOTED(%rbx)
    movb $0, PER_CPU_NMI_NOTED_ASIDE(%rbx)
    mov %rsp, %rdi
    sub $8, %rsp
    call handle_nmi
    add $8, %rsp
    mov PER_CPU_NMI_NOTED(%rbx), %cl
    or PER_CPU_NMI_NOTED_ASIDE(%rbx), %cl
    jnz 1b
    wrgsbase %r12
    mov %rbx, %rax
    cmpb $0, PER_CPU_HELD_AND_SHUT(%rax)        /* held during the NMI, which the kernel knows nothing of? */
    je 1f
    cmpw $0, PER_CPU_MASKED(%rax)               /* masked or taking_trap */
    je nmi_to_irq
1:  /* The next NMI may come as soon as in_nmi is clear, and must find nothing of ours on the stack. */
    mov FRAME_RIP(%rsp), %rdx
    sub $nmi_iretq, %rdx
    cmp $(nmi_iretq_end - nmi_iretq), %rdx
    jb 2f                                       /* this was the next one: return to where the first was to */
    COPY_IRET_FRAME KS_NMI_RETURN
    movq $USER_CODE_SELECTOR, KS_NMI_RETURN + IRET_CS(%rax)
    movq $USER_DATA_SELECTOR, KS_NMI_RETURN + IRET_SS(%rax)
2:  mov %rax, FRAME_ORIGINAL_RAX(%rsp)
    POP_REGISTERS
    mov (%rsp), %rsp
    add $KS_NMI_RETURN, %rsp
    movb $0, PER_CPU_IN_NMI - KS_NMI_RETURN(%rsp)
nmi_iretq:                                      /* one that came since the last look has only been noted */
    cmpb $0, PER_CPU_NMI_NOTED - KS_NMI_RETURN(%rsp)
    jne 1f
    iretq
1:  movb $1, PER_CPU_IN_NMI - KS_NMI_RETURN(%rsp)
nmi_iretq_end:
    sub $KS_NMI_RETURN, %rsp                    /* as if it came now: the next look finds it */
    mov %rax, KS_NMI_RAX(%rsp)
    mov %rsp, %rax
    mov KS_TRAP_STACK(%rax), %rsp
    sub $NMI_STACK_BELOW, %rsp
    TAKE_KERNEL_FRAME KS_NMI_RETURN + FRAME_BELOW, $0
    jmp nmi_taken

/* As if the interrupt had come right after the NMI. */
nmi_to_irq:
    mov PER_CPU_HELD_AND_SHUT(%rax), %cl
    mov %cl, PER_CPU_IRQ_VECTOR(%rax)
    movb $1, PER_CPU_MASKED(%rax)
    movw $0x100, PER_CPU_HELD_AND_SHUT(%rax)    /* none held; the monitor has left the flag shut */
    COPY_IRET_FRAME KERNEL_FRAME(IRQ_TOP)
    movq $USER_CODE_SELECTOR, KERNEL_FRAME(IRQ_TOP) + IRET_CS(%rax)
    mov %rax, FRAME_ORIGINAL_RAX(%rsp)
    POP_REGISTERS
    mov (%rsp), %rsp
    movb $0, PER_CPU_IN_NMI(%rsp)
    jmp kernel_irq_entry

/* [[noreturn]] void enter_user_from_ring3(const TrapFrame*): interrupts masked. */
    .global enter_user_from_ring3
enter_user_from_ring3:
    mov %rdi, %rsp
    jmp return_to_user_from_ring3
