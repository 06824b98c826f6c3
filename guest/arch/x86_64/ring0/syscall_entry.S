/* SYSCALL's target in ring 0 (Intel SDM vol. 2, SYSCALL): RCX = RIP, R11 = RFLAGS, RSP and GS still the user's,
 * interrupts masked by IA32_FMASK. Builds a TrapFrame on the task's kernel stack. */

#include "arch/x86_64/asm_constants.h"
#include "arch/x86_64/ring0/registers_on_stack.h"

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

/* u64 run_syscall_probe(u64 probe, u64* resume_stack): into user mode at `probe`; end_syscall_probe brings us back
 * behind it. The stack stays this one: if SYSCALL enters ring 0 it keeps RSP, and the breakpoint there needs a stack. */
    .global run_syscall_probe, syscall_probe_resume
run_syscall_probe:
    push %rbp
    push %rbx
    push %r12
    push %r13
    push %r14
    push %r15
    mov %rsp, (%rsi)
    mov %rsp, %rax
    push $USER_DATA_SELECTOR
    push %rax
    push $2                             /* RFLAGS: interrupts masked */
    push $USER_CODE_SELECTOR
    push %rdi
    iretq
syscall_probe_resume:
    pop %r15
    pop %r14
    pop %r13
    pop %r12
    pop %rbx
    pop %rbp
    ret

/* The page that users can execute (see syscall_entry.hpp). It is mapped a second time for them. */
    .section .rodata, "a"
    .balign 4096
    .global syscall_page, syscall_page_probe, syscall_page_probe_target, syscall_page_trampoline
syscall_page:
syscall_page_probe:
    syscall
syscall_page_probe_target:
    int3
syscall_page_trampoline:
    int3
    .balign 4096, 0xcc
