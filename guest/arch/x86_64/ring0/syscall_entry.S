/* SYSCALL's target in ring 0 (Intel SDM vol. 2, SYSCALL): RCX = RIP, R11 = RFLAGS, RSP and GS still the user's,
 * interrupts masked by IA32_FMASK. Builds a TrapFrame on the task's kernel stack. */

#include "arch/x86_64/asm_constants.h"
#include "arch/x86_64/registers_on_stack.inc"

    .text
    .global syscall_entry
syscall_entry:
    swapgs
    mov %rsp, %gs:PER_CPU_USER_STACK
    mov %gs:PER_CPU_KERNEL_STACK, %rsp
    push $USER_DATA_SELECTOR
    push %gs:PER_CPU_USER_STACK
    push %r11
    push $USER_CODE_SELECTOR
    push %rcx
    push %rax
    push %rdi
    PUSH_REGISTERS
    mov %rsp, %rdi
    sub $8, %rsp                        /* the stack is aligned to 16 at calls */
    call handle_syscall
    add $8, %rsp
    test %al, %al
    jz return_to_user
    POP_REGISTERS
    mov 32(%rsp), %rsp                  /* past orig_rax, rip, cs, rflags */
    swapgs
    sysretq
