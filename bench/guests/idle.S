# Says `!` on the serial port and then waits for ever, for somebody to look at its VMM's memory.
    .code16
    mov $0x3f8, %dx
    mov $'!', %al
    out %al, %dx
1:  jmp 1b
