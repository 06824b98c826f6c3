// A flat program in long mode, linked at its load address 0x10000.
.include "guest.inc"
.code64
.text
.globl start
start:
    mov $1, %rax
    shl $32, %rax                   // 0 in any other mode
    jz wrong_mode
    lea text(%rip), %rsi
    print_text
    push %rax                       // there is a stack below the program
    pop %rax
    leave 64
wrong_mode:
    leave 1

text: .asciz "hello from long mode\n"
