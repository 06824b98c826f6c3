/* The page that users can execute (see syscall_entry.hpp); it is mapped a second time for them. And the way into it that
 * the probe takes (user_mode_probe.hpp). */

#include "arch/x86_64/asm_constants.h"
#include "arch/x86_64/registers_on_stack.inc"

    .section .rodata, "a"
    .balign 4096
    .global syscall_page, syscall_page_probe, syscall_page_probe_target, syscall_page_trampoline
syscall_page:
syscall_page_probe:
    fnop                                /* #NM if CR0.TS counts */
    syscall
syscall_page_probe_target:
    int3
syscall_page_trampoline:
    int3
    .balign 4096, 0xcc

/* u64 run_user_mode_probe(u64 probe, u64* resume_stack): into user mode at `probe`; comes back behind it. The stack stays
 * this one: if SYSCALL enters ring 0 it keeps RSP, and the breakpoint there needs a stack. */
    .text
    .global run_user_mode_probe, user_mode_probe_resume
run_user_mode_probe:
    PUSH_PRESERVED
    mov %rsp, (%rsi)
    mov %rsp, %rax
    push $USER_DATA_SELECTOR
    push %rax
    push $2                             /* RFLAGS: interrupts masked */
    push $USER_CODE_SELECTOR
    push %rdi
    iretq
user_mode_probe_resume:
    POP_PRESERVED
    ret
