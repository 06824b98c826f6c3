// Does to the kernel what it must withstand. Without an argument: all that a program may do and survive. With one: the
// attack of that name, which must end this program and nothing else.
#include "../common/check.h"

#include <stdbool.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

enum {
    trap_flag = 1 << 8,
    direction_flag = 1 << 10,
    io_privilege = 3 << 12,
    nested_task = 1 << 14,
    alignment_check = 1 << 18,
};

#define KERNEL_IMAGE 0xffffffff80200000
#define DIRECT_MAP 0xffff888000200000
#define NOT_CANONICAL 0x8000000000000000

// Where SYSCALL stays in ring 3, the page that leads into the kernel; elsewhere nothing is mapped there.
#define SYSCALL_PAGE 0xfffffe0000000000
// Where the kernel is in ring 3, behind it: gates, the monitor's code, a CPU's frames, GDT and TSS.
#define GATES (SYSCALL_PAGE + 0x1000)
#define MONITOR (SYSCALL_PAGE + 0x2000)
#define FRAMES (SYSCALL_PAGE + 0x10000)
#define DESCRIPTORS (SYSCALL_PAGE + 0x11000)

static long getpid_with_flags(uint64_t flags)
{
    long result = SYS_getpid;
    __asm__ volatile("pushfq; or %1, (%%rsp); popfq; syscall; pushfq; andq $~0x44500, (%%rsp); popfq"
                     : "+a"(result)
                     : "r"(flags)
                     : "rcx", "r11", "memory", "cc");
    return result;
}

static void odd_flags_do_not_reach_the_kernel(void)
{
    CHECK(getpid_with_flags(direction_flag) == 1);
    CHECK(getpid_with_flags(nested_task) == 1);
    CHECK(getpid_with_flags(alignment_check) == 1);
    CHECK(getpid_with_flags(io_privilege) == 1); // POPF leaves it alone
    uint64_t flags;
    __asm__ volatile("pushfq; pop %0" : "=r"(flags));
    CHECK((flags & (io_privilege | nested_task)) == 0);
}

static void odd_stacks_do_not_reach_the_kernel(void)
{
    static const uint64_t stacks[] = {0, 1, 0x7fffffffffff, KERNEL_IMAGE, DIRECT_MAP, ~0ULL};
    for (unsigned i = 0; i < sizeof stacks / sizeof *stacks; ++i) {
        long result = SYS_getpid;
        __asm__ volatile("mov %%rsp, %%rbx; mov %1, %%rsp; syscall; mov %%rbx, %%rsp"
                         : "+a"(result)
                         : "r"(stacks[i])
                         : "rbx", "rcx", "r11", "memory");
        CHECK(result == 1);
        struct {
            long seconds, nanoseconds;
        } a_while = {0, 2000000};
        result = SYS_nanosleep; // there is a switch on the way, and interrupts
        __asm__ volatile("mov %%rsp, %%rbx; mov %1, %%rsp; syscall; mov %%rbx, %%rsp"
                         : "+a"(result)
                         : "r"(stacks[i]), "D"(&a_while), "S"(0L)
                         : "rbx", "rcx", "r11", "memory");
        CHECK(result == 0);
    }
}

static void null_segments_do_no_harm(void)
{
    __asm__ volatile("mov %0, %%ds; mov %0, %%es; mov %0, %%gs" ::"r"(0));
    CHECK(syscall(SYS_getpid) == 1);
    __asm__ volatile("mov %0, %%ds; mov %0, %%es; mov %0, %%gs" ::"r"(0x2b));
    CHECK(syscall(SYS_getpid) == 1);
    usleep(2000);
}

static void tables_can_at_most_be_looked_at(void)
{
    struct __attribute__((packed)) {
        uint16_t limit;
        uint64_t base;
    } gdt = {0}, idt = {0};
    __asm__ volatile("sgdt %0; sidt %1" : "=m"(gdt), "=m"(idt));
    CHECK(syscall(SYS_getpid) == 1);
}

static void unheard_of_numbers_are_refused(void)
{
    static const long numbers[] = {512, 1 << 20, INT32_MAX, INT32_MIN, -1, INT64_MAX, INT64_MIN, 0x40000000};
    for (unsigned i = 0; i < sizeof numbers / sizeof *numbers; ++i)
        CHECK_FAILS(syscall(numbers[i], -1, -1, -1, -1, -1, -1), ENOSYS);
}

// Or make another of us.
static bool ends_or_stops(long number)
{
    static const long numbers[] = {SYS_exit,         SYS_exit_group, SYS_munmap,        SYS_brk,
                                   SYS_rt_sigreturn, SYS_pause,      SYS_rt_sigsuspend, SYS_rt_sigtimedwait,
                                   SYS_fork,         SYS_vfork,      SYS_clone,         435};
    for (unsigned i = 0; i < sizeof numbers / sizeof *numbers; ++i)
        if (number == numbers[i])
            return true;
    return false;
}

// A kernel address in any argument of any system call does no harm. Calls that would end or stop us are left out.
static void kernel_addresses_are_never_used(void)
{
    static const uint64_t addresses[] = {KERNEL_IMAGE, DIRECT_MAP, SYSCALL_PAGE, NOT_CANONICAL, ~0ULL - 7};
    for (long number = 0; number < 512; ++number) {
        if (ends_or_stops(number))
            continue;
        for (unsigned i = 0; i < sizeof addresses / sizeof *addresses; ++i) {
            const long a = (long)addresses[i];
            syscall(number, a, a, a, a, a, a);
            if (number != SYS_close)
                syscall(number, 1L, a, 16L, 0L, 0L, 0L);
        }
    }
    CHECK(syscall(SYS_getpid) == 1);
}

static void die(const char* how)
{
#define ATTACK(name, ...)                                                                                              \
    if (strcmp(how, name) == 0)                                                                                        \
    __asm__ volatile(__VA_ARGS__)
    ATTACK("single-step", "pushfq; orq $0x100, (%%rsp); popfq; nop; nop" ::: "memory");
    ATTACK("single-step-syscall", "pushfq; orq $0x100, (%%rsp); popfq; syscall; nop" ::"a"(SYS_getpid)
           : "rcx", "r11", "memory");
    ATTACK("breakpoint", "int3");
    ATTACK("halt", "hlt");
    ATTACK("port-string", "cld; outsb" ::"d"(0xf4), "S"(how));
    ATTACK("cr0", "mov %%cr0, %%rax" ::: "rax");
    ATTACK("cr3", "mov %0, %%cr3" ::"r"(0L));
    ATTACK("debug-register", "mov %0, %%dr7" ::"r"(0L));
    ATTACK("lgdt", "lgdt %0" ::"m"(*how));
    ATTACK("lidt", "lidt %0" ::"m"(*how));
    ATTACK("swapgs", "swapgs");
    ATTACK("rdmsr", "rdmsr" ::"c"(0xc0000082) : "rax", "rdx");
    ATTACK("wrmsr", "wrmsr" ::"c"(0xc0000082), "a"(0), "d"(0));
    ATTACK("invlpg", "invlpg (%0)" ::"r"(how));
    ATTACK("sysret", "sysretq" ::"c"(how), "r"(0L));
    ATTACK("load-task-register", "ltr %w0" ::"r"(0x40));
    ATTACK("kernel-stack-segment", "mov %0, %%ss" ::"r"(0x18));
    ATTACK("kernel-data-segment", "mov %0, %%ds" ::"r"(0x18));
    ATTACK("far-jump-to-kernel", "push $0x10; lea 1f(%%rip), %%rax; push %%rax; lretq; 1:" ::: "rax", "memory");
    ATTACK("return-to-kernel",
           "push $0x18; push %%rsp; pushfq; push $0x10; lea 1f(%%rip), %%rax; push %%rax; iretq; 1:" ::
               : "rax", "memory");
    // On AMD's processors a 32-bit SYSCALL enters ring 0 at IA32_CSTAR.
    if (strcmp(how, "compat-syscall") == 0) {
        unsigned char* const code = mmap((void*)0x10000000, 4096, PROT_READ | PROT_WRITE | PROT_EXEC,
                                         MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
        CHECK(code != MAP_FAILED);
        memcpy(code, "\x0f\x05\x0f\x0b", 4); // syscall; ud2
        __asm__ volatile("push $0x23; push %0; lretq" ::"r"((uint64_t)code), "a"(SYS_getpid) : "memory");
    }
    ATTACK("read-kernel", "mov (%0), %%rax" ::"r"(KERNEL_IMAGE) : "rax");
    ATTACK("read-direct-map", "mov (%0), %%rax" ::"r"(DIRECT_MAP) : "rax");
    ATTACK("write-direct-map", "mov %%rax, (%0)" ::"r"(DIRECT_MAP) : "memory");
    ATTACK("write-syscall-page", "movb $0x90, (%0)" ::"r"(SYSCALL_PAGE) : "memory");
    ATTACK("execute-kernel", "jmp *%0" ::"r"(KERNEL_IMAGE));
    ATTACK("execute-direct-map", "jmp *%0" ::"r"(DIRECT_MAP));
    // The page's breakpoint that leads to the kernel, without SYSCALL. Where it is not mapped the jump itself faults.
    ATTACK("trampoline-to-kernel", "mov %1, %%r11; jmp *%0" ::"r"(SYSCALL_PAGE + 5), "r"(~0L), "a"(SYS_getpid),
           "c"(KERNEL_IMAGE)
           : "r11");
    ATTACK("trampoline-to-nowhere", "mov %1, %%r11; jmp *%0" ::"r"(SYSCALL_PAGE + 5), "r"(~0L), "a"(SYS_getpid),
           "c"(NOT_CANONICAL)
           : "r11");
    ATTACK("trampoline-into-itself", "mov %1, %%r11; jmp *%0" ::"r"(SYSCALL_PAGE + 5), "r"(0x3000L), "a"(SYS_getpid),
           "c"(SYSCALL_PAGE + 6)
           : "r11");
    ATTACK("read-gates", "mov (%0), %%rax" ::"r"(GATES) : "rax");
    ATTACK("write-gates", "mov %%rax, (%0)" ::"r"(GATES + 14 * 16) : "memory");
    ATTACK("read-monitor", "mov (%0), %%rax" ::"r"(MONITOR) : "rax");
    ATTACK("execute-monitor", "jmp *%0" ::"r"(MONITOR));
    ATTACK("read-frames", "mov (%0), %%rax" ::"r"(FRAMES + 0x800) : "rax");
    ATTACK("forge-frame", "movq $0x10, (%0)" ::"r"(FRAMES + 0xad8 + 8) : "memory");
    ATTACK("write-task-state", "mov %%rsp, (%0)" ::"r"(DESCRIPTORS + 0x84) : "memory");
    ATTACK("write-descriptors", "movq $0, (%0)" ::"r"(DESCRIPTORS + 0x10) : "memory");
    // As the kernel calls the monitor: an INT3 with an address of the monitor's in R11.
    ATTACK("call-monitor", "mov %0, %%r11; int3" ::"r"(MONITOR + 0xa000), "c"(0xc0000082), "a"(0), "d"(0) : "r11");
    ATTACK("io-privilege",
           "mov %%rsp, %%rax; push $0x2b; push %%rax; pushfq; orq $0x3000, (%%rsp); push $0x33; lea 1f(%%rip), %%rax; "
           "push %%rax; iretq; 1: outb %%al, $0xf4" ::
               : "rax", "memory");
    ATTACK("set-user-gs", "wrgsbase %0; mov $-1, %%rax; syscall; ud2" ::"r"(DIRECT_MAP) : "rax", "rcx", "r11");
    ATTACK("set-user-fs", "wrfsbase %0; mov $-1, %%rax; syscall; ud2" ::"r"(DIRECT_MAP) : "rax", "rcx", "r11");
}

int main(int argc, char** argv)
{
    if (argc > 1) {
        printf("attack: %s\n", argv[1]);
        die(argv[1]);
        puts("still alive");
        return 1;
    }
    odd_flags_do_not_reach_the_kernel();
    odd_stacks_do_not_reach_the_kernel();
    null_segments_do_no_harm();
    tables_can_at_most_be_looked_at();
    unheard_of_numbers_are_refused();
    kernel_addresses_are_never_used();
    puts("isolation: all as it should be");
    return 0;
}
