// What rt_sigreturn takes from the user's stack is the user's to forge. Whatever is in there, the program comes to no
// more than it could have done by itself, and the kernel to no harm. Each forgery is a child's.
#include "../common/check.h"
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <ucontext.h>
#include <unistd.h>

#define KERNEL_IMAGE 0xffffffff80200000ULL
#define NOT_CANONICAL 0x8000000000000000ULL
#define ENTRY_AREA 0x7ffffffff000ULL

enum { csgsfs_ss = REG_CSGSFS };

typedef void (*Forge)(ucontext_t* context);

static Forge forge;

static void handler(int number, siginfo_t* info, void* context)
{
    (void)number;
    (void)info;
    forge(context);
}

// The child's wait status.
static int with_forged(Forge what)
{
    const pid_t child = fork();
    if (child == 0) {
        forge = what;
        struct sigaction action = {.sa_sigaction = handler, .sa_flags = SA_SIGINFO};
        sigaction(SIGUSR1, &action, NULL);
        // State of the FPU, which the frame then has.
        __asm__ volatile("pxor %%xmm0, %%xmm0; movq %%rsp, %%xmm1" ::: "xmm0", "xmm1");
        raise(SIGUSR1);
        _exit(7);
    }
    int status = -1;
    waitpid(child, &status, 0);
    return status;
}

static bool goes_on(int status) { return WIFEXITED(status) && WEXITSTATUS(status) == 7; }
static bool dies_by(int status, int number) { return WIFSIGNALED(status) && WTERMSIG(status) == number; }

static void kernel_selectors(ucontext_t* context)
{
    context->uc_mcontext.gregs[csgsfs_ss] = 0x0018000000000010; // SS 0x18, CS 0x10
}
static void null_selectors(ucontext_t* context) { context->uc_mcontext.gregs[csgsfs_ss] = 0; }
static void all_flags(ucontext_t* context) { context->uc_mcontext.gregs[REG_EFL] = ~0x100LL & ~0x400LL & ~0x40000LL; }
static void kernel_rip(ucontext_t* context) { context->uc_mcontext.gregs[REG_RIP] = (greg_t)KERNEL_IMAGE; }
static void odd_rip(ucontext_t* context) { context->uc_mcontext.gregs[REG_RIP] = (greg_t)NOT_CANONICAL; }
static void area_rip(ucontext_t* context) { context->uc_mcontext.gregs[REG_RIP] = (greg_t)ENTRY_AREA; }
static void kernel_stack(ucontext_t* context) { context->uc_mcontext.gregs[REG_RSP] = (greg_t)KERNEL_IMAGE; }
static void kernel_fpu(ucontext_t* context) { context->uc_mcontext.fpregs = (void*)KERNEL_IMAGE; }
static void unmapped_fpu(ucontext_t* context) { context->uc_mcontext.fpregs = (void*)64; }
static void no_fpu(ucontext_t* context) { context->uc_mcontext.fpregs = NULL; }
static void odd_simd_control(ucontext_t* context)
{
    if (context->uc_mcontext.fpregs != NULL)
        context->uc_mcontext.fpregs->mxcsr = 0xffffffff;
    else
        raise(SIGSEGV);
}
// Behind FXSAVE's 512 bytes: XSAVE's header, if there is one.
static void odd_xsave_header(ucontext_t* context)
{
    unsigned char* const state = (void*)context->uc_mcontext.fpregs;
    uint32_t magic = 0;
    if (state != NULL)
        memcpy(&magic, state + 464, sizeof magic);
    if (magic == 0x46505853)
        memset(state + 512, 0xff, 64);
    else
        raise(SIGSEGV);
}
static void odd_xsave_size(ucontext_t* context)
{
    unsigned char* const state = (void*)context->uc_mcontext.fpregs;
    const uint32_t huge = 0x7fffffff;
    if (state != NULL)
        memcpy(state + 464 + 16, &huge, sizeof huge);
}
static void everything_blocked(ucontext_t* context) { memset(&context->uc_sigmask, 0xff, 8); }
static void rubbish(ucontext_t* context) { memset(context, 0xff, sizeof context->uc_mcontext); }

static int without_frame(uint64_t stack)
{
    const pid_t child = fork();
    if (child == 0) {
        __asm__ volatile("mov %0, %%rsp; mov $15, %%eax; syscall; ud2" ::"r"(stack) : "memory");
        _exit(7);
    }
    int status = -1;
    waitpid(child, &status, 0);
    return status;
}

int main(void)
{
    setvbuf(stdout, NULL, _IONBF, 0);
    CHECK(goes_on(with_forged(kernel_selectors)));
    CHECK(goes_on(with_forged(null_selectors)));
    CHECK(goes_on(with_forged(all_flags)));
    CHECK(dies_by(with_forged(kernel_rip), SIGSEGV));
    CHECK(dies_by(with_forged(odd_rip), SIGSEGV));
    CHECK(dies_by(with_forged(area_rip), SIGSEGV));
    CHECK(dies_by(with_forged(kernel_stack), SIGSEGV));
    CHECK(dies_by(with_forged(kernel_fpu), SIGSEGV));
    CHECK(dies_by(with_forged(unmapped_fpu), SIGSEGV));
    CHECK(goes_on(with_forged(no_fpu)));
    CHECK(dies_by(with_forged(odd_simd_control), SIGSEGV));
    CHECK(dies_by(with_forged(odd_xsave_header), SIGSEGV));
    CHECK(goes_on(with_forged(odd_xsave_size)));
    CHECK(goes_on(with_forged(everything_blocked)));
    CHECK(dies_by(with_forged(rubbish), SIGSEGV));
    static const uint64_t stacks[] = {0, 8, 0x7fffffffffff, KERNEL_IMAGE, NOT_CANONICAL, ~0ULL, ENTRY_AREA};
    for (unsigned i = 0; i < sizeof stacks / sizeof *stacks; ++i)
        CHECK(WIFSIGNALED(without_frame(stacks[i])));
    CHECK(getpid() == 1);
    puts("sigreturn: all as it should be");
    return 0;
}
