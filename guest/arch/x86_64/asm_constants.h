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
#define PER_CPU_IRQ_VECTOR 0xa3f
#define PER_CPU_MASKED 0xa40 /* InterruptMask */
#define PER_CPU_TAKING_TRAP 0xa41
#define PER_CPU_IN_NMI 0xa42
#define PER_CPU_HELD_AND_SHUT 0xa44
#define PER_CPU_NMI_NOTED 0xa46
#define PER_CPU_MASK_ASIDE 0xa00 /* ring3/entry_area.h */
#define PER_CPU_HELD_ASIDE 0xa04
#define PER_CPU_NMI_NOTED_ASIDE 0xa06

/* TrapFrame */
#define FRAME_RAX 80
#define FRAME_RCX 88
#define FRAME_RIP 128
#define FRAME_CS 136
#define FRAME_RFLAGS 144
#define FRAME_RSP 152
#define FRAME_SS 160
#define FRAME_ORIGINAL_RAX 120

/* BootInfo */
#define BOOT_KERNEL_MODE 20
#define BOOT_PAGE_TABLES 120
#define KERNEL_MODE_RING0 1
#define KERNEL_MODE_RING3 2
/* Twice abi/kernel_mode.hpp's slowest_native_cycles: two instructions a turn. */
#define RING0_EMULATED_LOOP_TICKS 100

#define DIRECT_MAP_BASE 0xffff888000000000
#define IMAGE_BASE 0xffffffff80000000
#define BOOT_STACK_SIZE 16384
#define BOOT_VERSION 1
#define TRAP_STUB_SIZE 16
