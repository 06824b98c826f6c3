// A flat program in real mode, linked at its load address 0x7c00.
.include "guest.inc"
.code16
.text
.globl start
start:
    smsw %bx                        // the low half of CR0
    test $1, %bl
    jnz wrong_mode
    mov $text, %si
    print_text
    leave 16
wrong_mode:
    leave 1

text: .asciz "hello from real mode\n"
