# Flat guests for the Machine's tests, loaded at 0x1000. Each is guest_NAME .. guest_NAME_end.

.macro guest name, bits
    .global guest_\name
    .code\bits
    guest_\name:
.endm
.macro end name
    .global guest_\name\()_end
    guest_\name\()_end:
.endm

.set exit_port, 0xa00
.set debug_exit_port, 0xf4
.set serial_port, 0x3f8

.section .rodata

guest exits, 16                 # with status 42
    mov $exit_port, %dx
    mov $42, %eax
    out %eax, %dx
    hlt
end exits

guest debug_exits, 16           # with (0 << 1) | 1
    xor %eax, %eax
    out %eax, $debug_exit_port
    hlt
end debug_exits

guest prints, 32                # "hello\n" by one instruction
    mov $serial_port, %edx
    mov $0x1000 + (1f - guest_prints), %esi
    mov $6, %ecx
    cld
    rep outsb
    mov $exit_port, %edx
    xor %eax, %eax
    out %eax, %dx
1:  .ascii "hello\n"
end prints

guest many_exits, 32            # 1000 out 0x80, 10 in 0x81, 3 MMIO reads, 2 MMIO writes
    mov $1000, %ecx
1:  out %al, $0x80
    loop 1b
    mov $10, %ecx
1:  in $0x81, %al
    loop 1b
    mov $0xd0000000, %ebx
    mov (%ebx), %eax
    mov (%ebx), %ax
    mov (%ebx), %al
    mov %eax, (%ebx)
    mov %al, 8(%ebx)
    mov $exit_port, %edx
    xor %eax, %eax
    out %eax, %dx
end many_exits

guest reads_ones, 32            # from a port and an address where nobody is: status 1 if so
    xor %eax, %eax
    in $0x81, %al
    cmp $0xff, %al
    jne 2f
    mov 0xd0000000, %eax
    cmp $0xffffffff, %eax
    jne 2f
    mov $1, %eax
    jmp 3f
2:  xor %eax, %eax
3:  mov $exit_port, %edx
    out %eax, %dx
end reads_ones

guest touches_many_ports, 16    # 4096 ports: more than the account has rows
    mov $0x1000, %dx
1:  out %al, %dx
    inc %dx
    cmp $0x2000, %dx
    jne 1b
    mov $exit_port, %dx
    xor %eax, %eax
    out %eax, %dx
end touches_many_ports

guest prints_forever, 16
    mov $serial_port, %dx
1:  out %al, %dx
    jmp 1b
end prints_forever

guest writes_forever, 16
1:  out %al, $0x80
    jmp 1b
end writes_forever

guest spins, 16                 # with interrupts off
    cli
1:  nop
    jmp 1b
end spins

guest halts, 16                 # with interrupts on
    sti
1:  hlt
    jmp 1b
end halts

guest halts_for_ever, 16
    cli
    hlt
end halts_for_ever

guest triple_faults, 32         # an exception without an IDT
    mov $0x12345678, %ebx
    out %al, $0x80
    ud2
end triple_faults

guest reads_unknown_msr, 32     # which raises #GP, and there is no IDT
    mov $0xdead, %ecx
    rdmsr
end reads_unknown_msr

guest changes_its_priority, 64  # task priority: up, and down again
    mov $15, %eax
    mov %rax, %cr8
    xor %eax, %eax
    mov %rax, %cr8
    mov $exit_port, %edx
    mov $9, %eax
    out %eax, %dx
end changes_its_priority

guest runs_long_mode, 64        # status 7 if RAX has 64 bits
    mov $7 << 32, %rax
    shr $32, %rax
    mov $exit_port, %edx
    out %eax, %dx
end runs_long_mode

# Starts all other CPUs by INIT-SIPI through the x2APIC, waits until two of them have counted themselves at 0x5000,
# and exits with that count. The others begin at 0x2000, in real mode.
guest starts_others, 32
    mov $0x1b, %ecx             # IA32_APIC_BASE: global enable, x2APIC
    rdmsr
    or $0xc00, %eax
    wrmsr
    mov $0x830, %ecx            # ICR: all excluding self
    xor %edx, %edx
    mov $0xc4500, %eax          # INIT
    wrmsr
    mov $0xc4602, %eax          # SIPI, page 2
    wrmsr
1:  mov 0x5000, %eax
    cmp $2, %eax
    jne 1b
    mov $exit_port, %edx
    out %eax, %dx
    .org guest_starts_others + 0x1000
.code16
    lock incw %cs:0x3000        # CS base 0x2000: 0x5000
1:  hlt
    jmp 1b
end starts_others

.section .note.GNU-stack, "", @progbits
