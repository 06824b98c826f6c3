# guests/idle.S for VMMs that boot ELF images.
#include "pvh_note.inc"

    .text
    .code32
    .globl _start
_start:
    mov $0x3f8, %dx
    mov $'!', %al
    out %al, %dx
1:  jmp 1b
