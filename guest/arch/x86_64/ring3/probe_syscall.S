/* Does SYSCALL at CPL 3 enter ring 0, as it should, or go to LSTAR and stay at CPL 3? For a kernel at CPL 3, with LSTAR =
 * syscall_probe_target, the CPU's interrupt flag shut and SMEP off. bool probe_syscall(): it enters ring 0. */

#include "arch/x86_64/asm_constants.h"

    .text
    .global probe_syscall, syscall_probe_target
probe_syscall:
    mov %rsp, %rsi
    syscall
syscall_probe_target:
    mov %cs, %eax
    test $3, %al
    mov $0, %eax
    jnz 1f
    push $USER_DATA_SELECTOR            /* still on our own stack, and back to CPL 3 with it */
    push %rsi
    push $2
    push $USER_CODE_SELECTOR
    mov $1f, %rax
    push %rax
    mov $1, %eax
    iretq
1:  ret
