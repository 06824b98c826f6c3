// A flat program in protected mode, linked at its load address 0x10000.
.include "guest.inc"
.code32
.text
.globl start
start:
    mov %cr0, %ebx
    and $0x80000001, %ebx
    cmp $1, %ebx                    // protected mode, no paging
    jne wrong_mode
    mov %ds, %bx                    // the selectors work: load one again
    mov %bx, %es
    mov $text, %esi
    print_text
    leave 32
wrong_mode:
    leave 1

text: .asciz "hello from protected mode\n"
