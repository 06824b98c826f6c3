/* What assembly needs to know of C++ structures; per_cpu.hpp, segments.hpp and start.cpp assert that it is so. */
#pragma once

#define KERNEL_CODE_SELECTOR 0x10
#define KERNEL_DATA_SELECTOR 0x18
#define USER_DATA_SELECTOR 0x2b
#define USER_CODE_SELECTOR 0x33

#define PER_CPU_KERNEL_STACK 8
#define PER_CPU_USER_STACK 16
#define PER_CPU_PREEMPT_COUNT 24
#define PER_CPU_NEED_RESCHED 28
#define PER_CPU_SOFTIRQ_PENDING 32
#define PER_CPU_MASKED 40          /* InterruptMask */
#define PER_CPU_HELD_AND_SHUT 44

/* TrapFrame */
#define FRAME_RAX 80
#define FRAME_RCX 88
#define FRAME_RIP 128
#define FRAME_CS 136
#define FRAME_RFLAGS 144

#define IMAGE_BASE 0xffffffff80000000
#define BOOT_STACK_SIZE 16384
#define BOOT_VERSION 1
#define TRAP_STUB_SIZE 16
