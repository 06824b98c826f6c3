/* The ways into the kernel. Both end in arch_start(physical address of a BootInfo) on the boot stack. */

#include "arch/x86_64/asm_constants.h"

#define PHYSICAL(symbol) (symbol - IMAGE_BASE)

/* Direct (abi/boot_info.hpp): long mode on the kernel's tables, RSI = BootInfo. */
    .section .text.start, "ax"
    .balign 16
    .global entry_direct
entry_direct:
    mov $boot_stack_top - 8, %rsp       /* as if called: functions find the stack 8 off a multiple of 16 */
    xor %ebp, %ebp
    mov %rsi, %rdi
    jmp choose_privilege

/* PVH (xen/include/public/arch-x86/hvm/start_info.h): 32-bit protected mode, flat segments, no paging,
   EBX = hvm_start_info. Turns on paging with the tables below, then goes the same way. */
    .code32
entry_pvh:
    cld
    mov $PHYSICAL(pvh_pml4), %eax
    mov %eax, %cr3
    mov %cr4, %eax
    or $0x20, %eax                      /* PAE */
    mov %eax, %cr4
    mov $0xc0000080, %ecx               /* EFER: LME, NXE, SCE */
    rdmsr
    or $0x901, %eax
    wrmsr
    mov %cr0, %eax
    or $0x80000000, %eax                /* PG */
    mov %eax, %cr0
    lgdt PHYSICAL(pvh_gdt_pointer)
    ljmp $KERNEL_CODE_SELECTOR, $PHYSICAL(1f)
    .code64
1:  mov $KERNEL_DATA_SELECTOR, %eax
    mov %eax, %ds
    mov %eax, %es
    mov %eax, %ss
    mov $2f, %rax                       /* to the higher half */
    jmp *%rax
2:  mov $boot_stack_top, %rsp
    xor %ebp, %ebp
    mov %ebx, %edi
    call pvh_boot_info
    mov %rax, %rdi
    sub $8, %rsp
    jmp choose_privilege

/* The PVH entry's tables: the first 4 GiB, which hold all that a loader tells of, in 2 MiB pages at 0 and in the direct
   map, and the first GiB at IMAGE_BASE. In use until pvh_boot_info has built the tables that layout.hpp promises. */
    .section .data.pvh, "aw"
    .balign 4096
pvh_pml4:
    .quad PHYSICAL(pvh_low) + 3
    .fill 272, 8, 0
    .quad PHYSICAL(pvh_low) + 3         /* direct_map_base */
    .fill 237, 8, 0
    .quad PHYSICAL(pvh_high) + 3
pvh_low:
    .quad PHYSICAL(pvh_directories) + 3
    .quad PHYSICAL(pvh_directories) + 0x1003
    .quad PHYSICAL(pvh_directories) + 0x2003
    .quad PHYSICAL(pvh_directories) + 0x3003
    .fill 508, 8, 0
pvh_high:
    .fill 510, 8, 0
    .quad PHYSICAL(pvh_directories) + 3
    .quad 0
pvh_directories:
    .set page, 0
    .rept 4 * 512
    .quad page + 0x183                  /* global, large, writable, present */
    .set page, page + 0x200000
    .endr

pvh_gdt:
    .quad 0, 0
    .quad 0x00af9b000000ffff            /* 0x10: 64-bit code */
    .quad 0x00cf93000000ffff            /* 0x18: data */
pvh_gdt_pointer:
    .word 31
    .long PHYSICAL(pvh_gdt)

    .bss
    .balign 16
boot_stack:
    .skip BOOT_STACK_SIZE
    .global boot_stack_top
boot_stack_top:

/* The image's notes. XEN_ELFNOTE_PHYS32_ENTRY (xen/include/public/elfnote.h), and our own (abi/kernel_note.hpp). */
    .section .note.kernel, "a"
    .balign 4
    .long 4, 8, 18
    .asciz "Xen"
    .quad PHYSICAL(entry_pvh)
    .long 8, 4, 1
    .asciz "Vitrine"
    .long BOOT_VERSION
