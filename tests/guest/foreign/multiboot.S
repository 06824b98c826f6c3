// A multiboot-1 kernel: prints its command line and its only module, and leaves by the debug exit.
.include "guest.inc"

.code32
.section .multiboot, "ax"
    .balign 4
    .long 0x1badb002, 3, -(0x1badb002 + 3)

.text
.globl start
start:
    cmp $0x2badb002, %eax
    jne bad_info
    mov (%ebx), %eax                // flags: memory, command line, modules, memory map
    and $0x4d, %eax
    cmp $0x4d, %eax
    jne bad_info
    cmpl $1, 20(%ebx)               // modules
    jne bad_info

    mov 16(%ebx), %esi              // the command line
    print_text
    print_newline
    mov 24(%ebx), %edi
    mov (%edi), %esi                // begin
    mov 4(%edi), %ecx               // end
    sub %esi, %ecx
    print_bytes
    mov $11, %al
    out %al, $debug_exit_port       // status 11 << 1 | 1
    hlt
bad_info:
    mov $100, %al
    out %al, $debug_exit_port
    hlt
