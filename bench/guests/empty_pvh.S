# The empty guest for VMMs that boot ELF images. It ends the run through QEMU's isa-debug-exit first.
#include "pvh_note.inc"

    .text
    .code32
    .globl _start
_start:
    mov $0x3f8, %dx
    mov $'!', %al
    out %al, %dx
    xor %eax, %eax
    mov $0xf4, %dx                      # abi/ports.hpp: debug_exit_port
    out %eax, %dx
