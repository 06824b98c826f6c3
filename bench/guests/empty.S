# The empty guest: says `!` on the serial port and ends the run, in real mode at 0x1000.
    .code16
    mov $0x3f8, %dx
    mov $'!', %al
    out %al, %dx
    mov $0xa00, %dx                     # abi/ports.hpp: exit_port
    xor %eax, %eax
    out %eax, %dx
