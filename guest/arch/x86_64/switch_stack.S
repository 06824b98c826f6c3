/* void switch_stack(u64* from, u64 to): pushes what a function must preserve (System V ABI), notes the stack pointer in
 * *from and continues with the stack `to`, left in the same way. Interrupts masked. */

#include "arch/x86_64/registers_on_stack.inc"

    .text
    .global switch_stack
switch_stack:
    PUSH_PRESERVED
    mov %rsp, (%rdi)
    mov %rsi, %rsp
    POP_PRESERVED
    ret

/* Where a new context's switch_stack returns to: R12(RBX), both put there by prepare_context. RBP is 0: a backtrace
 * ends here. */
    .global start_context
start_context:
    mov %rbx, %rdi
    call *%r12
    ud2
