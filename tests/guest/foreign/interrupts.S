// A flat program in long mode, linked at its load address 0x10000, that takes the serial port's transmitter interrupt
// through the IOAPIC, level-triggered. Each handler prints a dot, which raises the line again before the EOI; every
// second one masks the pin until after its EOI, as drivers with threaded handlers do.
.include "guest.inc"

.set vector, 0x30
.set pin, 4
.set interrupts, 8
.set ioapic, 0xfec00000
.set entry_low, 0x10 + 2 * pin      // the redirection entry's halves
.set entry_high, entry_low + 1
.set level_triggered, 0x8000 | vector
.set masked, 0x10000
.set apic_base_msr, 0x1b
.set x2apic_eoi_msr, 0x80b
.set x2apic_spurious_msr, 0x80f
.set transmitter_empty, 2           // in IER and IIR

.macro write_msr msr, value
    mov $\msr, %ecx
    mov $\value, %eax
    xor %edx, %edx
    wrmsr
.endm

.macro write_ioapic index, value
    movl $\index, (%rbx)
    movl $\value, 0x10(%rbx)
.endm

.macro out_serial offset, value
    mov $serial_port + \offset, %dx
    mov $\value, %al
    out %al, %dx
.endm

.code64
.text
.globl start
start:
    lea handler(%rip), %rax
    lea gate(%rip), %rdi
    mov %ax, (%rdi)
    shr $16, %rax
    mov %ax, 6(%rdi)
    lidt idt_descriptor(%rip)

    mov $0xff, %al                  // the PICs, where there are any, would take it to their vector
    out %al, $0x21
    out %al, $0xa1
    mov $apic_base_msr, %ecx
    rdmsr
    or $0xc00, %eax                 // enabled, x2APIC
    wrmsr
    write_msr x2apic_spurious_msr, 0x1ff

    mov $ioapic, %ebx
    write_ioapic entry_high, 0  // to APIC 0
    write_ioapic entry_low, level_triggered
    out_serial 1, transmitter_empty

    xor %edi, %edi                  // interrupts so far
1:  sti
    hlt
    cli
    cmp $interrupts, %edi
    jb 1b
    print_newline
    leave vector

handler:
    mov $serial_port + 2, %dx       // IIR: reading lowers the line
    in %dx, %al
    and $0x0f, %al
    cmp $transmitter_empty, %al
    jne wrong
    inc %edi
    cmp $interrupts, %edi
    jb 1f
    out_serial 1, 0                 // enough
1:  out_serial 0, '.'
    test $1, %edi
    jz 2f
    write_msr x2apic_eoi_msr, 0
    iretq
2:  write_ioapic entry_low, level_triggered|masked
    write_msr x2apic_eoi_msr, 0
    write_ioapic entry_low, level_triggered
    iretq
wrong:
    leave 1

    .balign 16
idt:
    .skip 16 * vector
gate:
    .word 0, 0x10                   // the handler's bits 15-0; code segment
    .byte 0, 0x8e                   // no IST; a present interrupt gate
    .word 0                         // bits 31-16
    .quad 0
idt_end:
idt_descriptor:
    .word idt_end - idt - 1
    .quad idt
