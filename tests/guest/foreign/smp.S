// A multiboot-1 kernel that leans on the machine as test kernels do (kvm-unit-tests' flat images): it sets up and polls
// the UART, masks the PICs, learns the number of CPUs from fw_cfg, finds the ACPI tables, waits for the PIT, starts the
// other CPUs by broadcast INIT and SIPI, and leaves by the debug exit. Its module is text that it prints, as an
// environment would be read. "x2apic" at the end of the command line has it send the IPIs through MSRs.
.include "guest.inc"

.set lsr, serial_port + 5
.set fw_cfg_select, 0x510
.set fw_cfg_data, 0x511
.set local_apic, 0xfee00000
.set apic_id, 0x20
.set spurious_vector, 0xf0
.set icr, 0x300
.set apic_base_msr, 0x1b
.set x2apic_icr_msr, 0x830
.set init_all_but_self, 0xc4500
.set sipi_all_but_self, 0xc4600     // vector 0: the page at 0

.code32
.section .multiboot, "ax"
    .balign 4
    .long 0x1badb002, 0, -0x1badb002

.macro print text
    .pushsection .rodata
9:  .asciz "\text"
    .popsection
    mov $9b, %esi
    call print_polled
.endm

.macro fail_unless condition, status
    j\condition 8f
    mov $\status, %al
    out %al, $debug_exit_port
    hlt
8:
.endm

.text
.globl start
start:
    mov $stack_top, %esp
    mov %ebx, %ebp                  // the multiboot information
    cmp $0x2badb002, %eax
    fail_unless e, 100

    call set_up_serial
    mov $0xff, %al                  // no interrupt from the PICs
    out %al, $0x21
    out %al, $0xa1
    out %al, $0x80                  // the port that nobody has and everybody delays with

    cmpl $1, 20(%ebp)               // one module
    fail_unless e, 101
    mov 24(%ebp), %edi
    mov (%edi), %esi                // which ends in a NUL
    call print_polled
    cmpl $0x2000, 8(%ebp)           // KiB above 1 MiB: there is memory
    fail_unless ae, 102

    call check_fw_cfg
    call find_rsdp
    call wait_for_pit

    mov $5, %eax                    // CPU count
    call fw_cfg_word
    mov %eax, %edi
    call copy_trampoline
    call choose_apic
    call start_others
1:  pause
    mov online, %eax
    inc %eax
    cmp %edi, %eax
    jb 1b
    fail_unless e, 103
    print "CPUs: "
    add $'0', %al
    call print_byte
    print "\n"
    xor %eax, %eax
    out %eax, $debug_exit_port
    hlt

// 115200 baud, 8N1, no interrupts, no FIFO; the divisor must be what was written, and IER not touched by it.
set_up_serial:
    mov $serial_port + 3, %dx
    mov $0x80, %al                  // LCR: divisor latch
    out %al, %dx
    mov $serial_port, %dx
    mov $1, %al
    out %al, %dx
    inc %dx
    xor %al, %al
    out %al, %dx
    dec %dx
    in %dx, %al
    cmp $1, %al
    fail_unless e, 104
    mov $serial_port + 3, %dx
    mov $3, %al                     // latch closed
    out %al, %dx
    mov $serial_port + 1, %dx
    in %dx, %al
    test %al, %al
    fail_unless z, 105
    inc %dx
    xor %al, %al                    // FCR
    out %al, %dx
    mov $serial_port + 4, %dx
    mov $3, %al                     // MCR: RTS, DTR
    out %al, %dx
    ret

// Prints AL when the transmitter has room. Changes DX, CL.
print_byte:
    mov %al, %cl
    mov $lsr, %dx
1:  in %dx, %al
    test $0x20, %al
    jz 1b
    mov %cl, %al
    mov $serial_port, %dx
    out %al, %dx
    ret

// Prints the NUL-terminated text at ESI. Changes all but EAX, EDI, EBP.
print_polled:
    push %eax
1:  lodsb
    test %al, %al
    jz 2f
    call print_byte
    jmp 1b
2:  pop %eax
    ret

// The 16-bit item EAX into EAX.
fw_cfg_word:
    mov $fw_cfg_select, %dx
    out %ax, %dx
    inc %dx
    in %dx, %al
    movzbl %al, %ecx
    in %dx, %al
    movzbl %al, %eax
    shl $8, %eax
    or %ecx, %eax
    ret

check_fw_cfg:
    xor %eax, %eax                  // the signature
    call fw_cfg_word
    cmp $0x4551, %eax               // "QE"
    fail_unless e, 106
    mov $15, %eax                   // the most CPUs there may be
    call fw_cfg_word
    mov %eax, %ebx
    mov $5, %eax
    call fw_cfg_word
    cmp %eax, %ebx
    fail_unless e, 107
    ret

// Where firmware puts it on a PC.
find_rsdp:
    mov $0xe0000, %ebx
1:  cmpl $0x20445352, (%ebx)        // "RSD "
    jne 2f
    cmpl $0x20525450, 4(%ebx)       // "PTR "
    je 3f
2:  add $16, %ebx
    cmp $0x100000, %ebx
    jb 1b
3:  cmp $0x100000, %ebx
    fail_unless b, 108
    mov 16(%ebx), %ebx              // the RSDT, which is all that simple kernels know
    cmpl $0x54445352, (%ebx)        // "RSDT"
    fail_unless e, 109
    ret

// Counter 2 by its gate, to its terminal count: how TSCs are calibrated.
wait_for_pit:
    mov $0x01, %al
    out %al, $0x61
    mov $0xb0, %al                  // counter 2, both bytes, mode 0
    out %al, $0x43
    mov $0xff, %al
    out %al, $0x42
    mov $0x04, %al                  // 1 ms
    out %al, $0x42
1:  in $0x61, %al
    test $0x20, %al
    jz 1b
    ret

copy_trampoline:
    push %edi
    mov $trampoline, %esi
    xor %edi, %edi
    mov $trampoline_end - trampoline, %ecx
    cld
    rep movsb
    pop %edi
    ret

// Sets uses_x2apic when the command line ends so, and turns x2APIC on.
choose_apic:
    mov 16(%ebp), %esi
1:  lodsb
    test %al, %al
    jnz 1b
    cmpl $0x63697061, -5(%esi)      // "apic"
    jne 2f
    cmpb $'2', -6(%esi)
    jne 2f
    movb $1, uses_x2apic
    mov $apic_base_msr, %ecx
    rdmsr
    or $0xc00, %eax                 // enabled, x2APIC
    wrmsr
2:  ret

start_others:
    testb $1, uses_x2apic
    jz 1f
    mov $x2apic_icr_msr, %ecx
    xor %edx, %edx
    mov $init_all_but_self, %eax
    wrmsr
    mov $sipi_all_but_self, %eax
    wrmsr
    ret
1:  movl $0x1ff, local_apic + spurious_vector
    mov local_apic + apic_id, %eax
    test %eax, %eax
    fail_unless z, 110
    movl $init_all_but_self, local_apic + icr
    movl $sipi_all_but_self, local_apic + icr
    ret

// Where the others begin, copied to 0: on to protected mode, to be counted.
.code16
trampoline:
    mov %cr0, %eax
    or $1, %al
    mov %eax, %cr0
    lgdtl %cs:gdt_descriptor - trampoline
    ljmpl $8, $other_cpu
gdt_descriptor:
    .word gdt_end - gdt - 1
    .long gdt
trampoline_end:

.code32
other_cpu:
    mov $16, %eax
    mov %eax, %ds
    lock incl online
1:  hlt
    jmp 1b

.section .data
    .balign 8
gdt:
    .quad 0
    .quad 0x00cf9b000000ffff        // 32-bit code
    .quad 0x00cf93000000ffff        // data
gdt_end:
online: .long 0
uses_x2apic: .byte 0
    .balign 16
    .skip 256
stack_top:
