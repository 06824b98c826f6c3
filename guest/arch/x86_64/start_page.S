/* The page at which a secondary CPU begins (start_cpu.cpp copies it below 1 MiB): from real mode straight to long mode.
 * INIT left CS = the page, IP = 0, interrupts masked. The root it loads maps the page at its own address, too. */

#include "arch/x86_64/asm_constants.h"

#define IN_PAGE(symbol) (symbol - start_page)

    .section .rodata, "a"
    .balign 16
    .global start_page, start_page_end
    .code16
start_page:
    mov %cs, %ax
    mov %ax, %ds
    lgdtl IN_PAGE(start_page_gdt_pointer)
    mov IN_PAGE(start_page_root), %eax
    mov %eax, %cr3
    mov %cr4, %eax
    or $0x20, %eax                      /* PAE */
    mov %eax, %cr4
    mov $0xc0000080, %ecx               /* EFER: LME, NXE, SCE */
    rdmsr
    or $0x901, %eax
    wrmsr
    mov $0x80010033, %eax               /* PG, WP, NE, ET, MP, PE */
    mov %eax, %cr0
    ljmpl *IN_PAGE(start_page_long_mode)
    .code64
1:  mov $KERNEL_DATA_SELECTOR, %eax
    mov %eax, %ds
    mov %eax, %es
    mov %eax, %ss
    mov start_page_stack(%rip), %rsp
    mov start_page_cpu(%rip), %rdi
    xor %ebp, %ebp
    mov $choose_privilege_of_secondary, %rax
    jmp *%rax

/* Filled in by start_cpu.cpp. */
    .balign 8
    .global start_page_gdt_pointer, start_page_long_mode, start_page_root, start_page_stack, start_page_cpu
start_page_gdt_pointer:
    .word 31
    .long IN_PAGE(start_page_gdt)
start_page_long_mode:
    .long IN_PAGE(1b)
    .word KERNEL_CODE_SELECTOR
    .balign 8
start_page_root:
    .quad 0
start_page_stack:
    .quad 0
start_page_cpu:
    .quad 0
start_page_gdt:
    .quad 0, 0
    .quad 0x00af9b000000ffff            /* 0x10: 64-bit code */
    .quad 0x00cf93000000ffff            /* 0x18: data */
start_page_end:
