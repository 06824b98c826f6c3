/* Traps: exceptions and interrupts, from either mode, to handle_trap(frame, vector).
 *
 * The stack of every trap, top down: SS, RSP, RFLAGS, CS, RIP (by the CPU), error code or vector (orig_rax), the general
 * registers: arch::TrapFrame. Interrupts are masked (all gates are interrupt gates). */

#include "arch/x86_64/asm_constants.h"
#include "arch/x86_64/registers_on_stack.inc"

#define FIRST_INTERRUPT 32
/* Intel SDM vol. 3 §6.15: #DF, #TS, #NP, #SS, #GP, #PF, #AC, #CP, #VC, #SX push an error code. */
#define HAS_ERROR_CODE(vector) \
    ((vector) == 8 || ((vector) >= 10 && (vector) <= 14) || (vector) == 17 || (vector) == 21 || \
     (vector) == 29 || (vector) == 30)
/* Their stack is IST 1 and GS may be anybody's: double fault, machine check. So is it with the non-maskable interrupt. */
#define IS_FATAL(vector) ((vector) == 8 || (vector) == 18)
#define NMI 2

/* First in the image: segments.hpp counts on it. The vector is pushed where RDI belongs. */
    .section .text.trap_stubs, "ax"
    .global trap_stubs_begin
trap_stubs_begin:
    .set vector, 0
    .rept 256
    .balign TRAP_STUB_SIZE
    .if vector >= FIRST_INTERRUPT
    push $vector
    .elseif !HAS_ERROR_CODE(vector)
    push $0
    .endif
    push $vector
    .if IS_FATAL(vector)
    jmp fatal_trap
    .elseif vector == NMI
    jmp nmi
    .else
    jmp trap
    .endif
    .set vector, vector + 1
    .endr

    .text
trap:
    xchg %rdi, (%rsp)
    PUSH_REGISTERS
    cld
    mov %rdi, %rsi
    mov %rsp, %rdi
    sub $8, %rsp                        /* the stack is aligned to 16 at calls */
    testb $3, FRAME_CS(%rdi)
    jz 1f
    swapgs
    call handle_user_trap
    add $8, %rsp
    .global return_to_user
return_to_user:                         /* RSP = a TrapFrame of user mode, interrupts masked */
    swapgs
    jmp leave_trap
1:  call handle_kernel_trap
    .global after_trap_of_kernel_in_ring0
after_trap_of_kernel_in_ring0:
    add $8, %rsp
leave_trap:
    POP_REGISTERS
    add $8, %rsp
    iretq

/* From user mode GS is the user's; from the kernel, which may have been about to SWAPGS, it is the kernel's if its base is
 * in the upper half. EBX = whether it was the user's. */
.macro TAKE_GS
    xor %ebx, %ebx
    testb $3, FRAME_CS(%rdi)
    jnz 1f
    mov $0xc0000101, %ecx               /* GS base */
    rdmsr
    test %edx, %edx
    js 2f
1:  swapgs
    inc %ebx
2:
.endm

/* Never returns. */
fatal_trap:
    xchg %rdi, (%rsp)
    PUSH_REGISTERS
    cld
    mov %rdi, %rsi
    mov %rsp, %rdi
    TAKE_GS
    sub $8, %rsp
    call handle_fatal_trap

/* No other comes before the IRETQ. */
nmi:
    xchg %rdi, (%rsp)
    PUSH_REGISTERS
    cld
    mov %rsp, %rdi
    TAKE_GS
    mov %rsp, %rdi
    sub $8, %rsp
    call handle_nmi
    add $8, %rsp
    test %ebx, %ebx
    jz leave_trap
    swapgs
    jmp leave_trap

/* [[noreturn]] void arch_enter_user(const TrapFrame*): interrupts masked. */
    .global arch_enter_user
arch_enter_user:
    mov %rdi, %rsp
    jmp return_to_user
