/* Before the first C++: does the kernel stay in ring 0, or does it move to ring 3 and leave a monitor behind? */

#include "arch/x86_64/asm_constants.h"
#include "arch/x86_64/ring3/entry_area.h"

#define TURNS 32
#define CR4_PGE 0x80
#define CR4_OSFXSR_OSXMMEXCPT 0x600
#define CR4_FSGSBASE 0x10000
#define CR0_WANTED 0x10022              /* WP, NE, MP */
#define CR0_UNWANTED 0xc                /* TS, EM */
#define PAGE_USER 4
#define SLOT(address) (8 * ((address) >> 39 & 511))

    .section .text.start, "ax"

/* RDI = BootInfo (physical), on the boot stack. Goes to arch_start(RDI). */
    .global choose_privilege
choose_privilege:
    movabs $DIRECT_MAP_BASE, %rbx
    lea (%rbx,%rdi), %rsi
    mov BOOT_KERNEL_MODE(%rsi), %r8d
    mov BOOT_PAGE_TABLES(%rsi), %r9
    mov %rdi, %r10
    mov %rbx, %r11
    cmp $KERNEL_MODE_RING0, %r8d
    je stay
    mov $7, %eax                        /* the kernel in ring 3 finds its CPU's data by WRGSBASE */
    xor %ecx, %ecx
    cpuid
    test $1, %bl
    jz stay
    cmp $KERNEL_MODE_RING3, %r8d
    je move
    call time_ring0
    cmp $RING0_EMULATED_LOOP_TICKS, %eax
    jb stay
    call time_ring0                     /* once more: the host may have been busy with something else */
    cmp $RING0_EMULATED_LOOP_TICKS, %eax
    jae move
stay:
    mov %r10, %rdi
    jmp arch_start

/* EAX = TSC ticks for one turn of a loop, also in ring0_loop_ticks. */
time_ring0:
    rdtsc
    mov %eax, %esi
    mov $TURNS, %ecx
1:  dec %ecx
    jnz 1b
    rdtsc
    sub %esi, %eax
    shr $5, %eax
    mov %eax, ring0_loop_ticks(%rip)
    ret

/* Makes the kernel half accessible to ring 3 and goes there. R9 = root (physical), R10 = arch_start's argument, R11 = the
   direct map. */
move:
    movb $1, kernel_in_ring3(%rip)
    add %r9, %r11
    orb $PAGE_USER, SLOT(DIRECT_MAP_BASE)(%r11)
    orb $PAGE_USER, SLOT(IMAGE_BASE)(%r11)
    movq $(ring3_kernel_entry_tables - IMAGE_BASE + 0x27), SLOT(ENTRY_AREA)(%r11)
    mov %r10, %rdi
    mov $arch_start, %rsi
    movabs $ENTRY_CPU_0, %r8
    jmp enter_ring3

/* RDI = PerCpu of a secondary CPU, on its stack. Goes to arch_start_secondary(RDI). */
    .global choose_privilege_of_secondary
choose_privilege_of_secondary:
    cmpb $0, kernel_in_ring3(%rip)
    je arch_start_secondary
    mov KS_KERNEL_ROOT(%rdi), %r9
    mov KS_ENTRY_CPU(%rdi), %r8
    mov $arch_start_secondary, %rsi

/* From ring 0 to RSI(RDI) in ring 3, on the same stack, interrupts shut. R8 = this CPU's ENTRY_CPU, R9 = root. */
enter_ring3:
    mov %cr0, %rax
    and $~CR0_UNWANTED, %rax
    or $CR0_WANTED, %rax
    mov %rax, %cr0
    mov %cr4, %rax
    and $~CR4_PGE, %rax                 /* or users could reach kernel pages that the TLB kept across roots */
    or $(CR4_FSGSBASE | CR4_OSFXSR_OSXMMEXCPT), %rax
    mov %rax, %cr4
    mov %r9, %cr3
    xor %eax, %eax
    mov %eax, %fs                       /* a return to ring 3 would take kernel selectors out, and the bases with them */
    mov %eax, %gs
    mov %rsp, %rbp
    lea ENTRY_GDT(%r8), %rax
    push %rax
    pushw $(ENTRY_GDT_SIZE - 1)
    lgdt (%rsp)
    movabs $ENTRY_IDT, %rax
    mov %rax, 2(%rsp)
    movw $0xfff, (%rsp)
    lidt (%rsp)
    mov $TASK_STATE_SELECTOR, %eax
    ltr %ax
    mov %rbp, %rsp
    push $USER_DATA_SELECTOR
    push %rbp
    push $2                             /* RFLAGS */
    push $USER_CODE_SELECTOR
    push %rsi
    xor %ebp, %ebp                      /* a backtrace ends here */
    iretq

    .data
    .global kernel_in_ring3, ring0_loop_ticks
kernel_in_ring3:
    .byte 0
    .balign 4
ring0_loop_ticks:
    .long 0
