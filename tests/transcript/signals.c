// Signals: handlers, masks, what is told of who sent them, the restart of system calls.
#define _GNU_SOURCE

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <ucontext.h>
#include <unistd.h>

static volatile sig_atomic_t count;
static volatile sig_atomic_t last;
static siginfo_t last_info;

static void note(int number)
{
    ++count;
    last = number;
}

static void note_info(int number, siginfo_t* info, void* context)
{
    (void)context;
    note(number);
    last_info = *info;
}

static void set(int number, void (*handler)(int), int flags)
{
    struct sigaction action = {.sa_handler = handler, .sa_flags = flags};
    sigaction(number, &action, NULL);
}

static void set_info(int number, int flags)
{
    struct sigaction action = {.sa_sigaction = note_info, .sa_flags = SA_SIGINFO | flags};
    sigaction(number, &action, NULL);
}

static void show(const char* what, int result)
{
    if (result < 0)
        printf("%s: %s\n", what, strerror(errno));
    else
        printf("%s: %d\n", what, result);
}

static void handlers_run(void)
{
    set(SIGUSR1, note, 0);
    raise(SIGUSR1);
    kill(getpid(), SIGUSR1);
    printf("handler ran %d times, last for %d\n", (int)count, (int)last);
    struct sigaction old;
    sigaction(SIGUSR1, NULL, &old);
    printf("handler is ours: %d, flags without restorer: %x\n", old.sa_handler == note, old.sa_flags & ~0x04000000);
    set(SIGUSR1, SIG_IGN, 0);
    raise(SIGUSR1);
    printf("ignored: %d\n", (int)count);
    int result = sigaction(SIGKILL, &old, NULL);
    show("action for SIGKILL", result);
    result = sigaction(65, NULL, &old);
    show("signal 65", result);
}

static void masks_hold_back(void)
{
    count = 0;
    set(SIGUSR1, note, 0);
    sigset_t set_1, pending, old;
    sigemptyset(&set_1);
    sigaddset(&set_1, SIGUSR1);
    sigprocmask(SIG_BLOCK, &set_1, &old);
    raise(SIGUSR1);
    raise(SIGUSR1);
    sigpending(&pending);
    printf("blocked: ran %d times, pending %d\n", (int)count, sigismember(&pending, SIGUSR1));
    sigprocmask(SIG_SETMASK, &old, NULL);
    printf("unblocked: ran %d times\n", (int)count);
    sigfillset(&set_1);
    sigprocmask(SIG_SETMASK, &set_1, NULL);
    sigprocmask(SIG_SETMASK, NULL, &set_1);
    printf("SIGKILL can be blocked: %d, SIGSTOP: %d\n", sigismember(&set_1, SIGKILL), sigismember(&set_1, SIGSTOP));
    sigprocmask(SIG_SETMASK, &old, NULL);
    show("bad how", sigprocmask(77, &set_1, NULL));
}

static sigset_t mask_in_handler;
static void keep_mask(int number)
{
    note(number);
    sigprocmask(SIG_SETMASK, NULL, &mask_in_handler);
}

static void masks_in_handlers(void)
{
    struct sigaction action = {.sa_handler = keep_mask};
    sigaddset(&action.sa_mask, SIGUSR2);
    sigaction(SIGUSR1, &action, NULL);
    raise(SIGUSR1);
    printf("in handler: USR1 %d USR2 %d TERM %d\n", sigismember(&mask_in_handler, SIGUSR1),
           sigismember(&mask_in_handler, SIGUSR2), sigismember(&mask_in_handler, SIGTERM));
    action.sa_flags = SA_NODEFER;
    sigaction(SIGUSR1, &action, NULL);
    raise(SIGUSR1);
    printf("with SA_NODEFER: USR1 %d USR2 %d\n", sigismember(&mask_in_handler, SIGUSR1),
           sigismember(&mask_in_handler, SIGUSR2));
    sigset_t after;
    sigprocmask(SIG_SETMASK, NULL, &after);
    printf("afterwards: USR1 %d USR2 %d\n", sigismember(&after, SIGUSR1), sigismember(&after, SIGUSR2));
    set(SIGUSR1, note, SA_RESETHAND);
    raise(SIGUSR1);
    sigaction(SIGUSR1, NULL, &action);
    printf("SA_RESETHAND leaves the default: %d\n", action.sa_handler == SIG_DFL);
}

static void senders_are_told(void)
{
    set_info(SIGUSR1, 0);
    kill(getpid(), SIGUSR1);
    printf("kill: signo %d code %d pid ours %d uid %d\n", last_info.si_signo, last_info.si_code,
           last_info.si_pid == getpid(), last_info.si_uid == getuid());
    raise(SIGUSR1);
    printf("raise: code %d pid ours %d\n", last_info.si_code, last_info.si_pid == getpid());
    const union sigval value = {.sival_int = 4711};
    sigqueue(getpid(), SIGUSR1, value);
    printf("sigqueue: code %d value %d\n", last_info.si_code, last_info.si_value.sival_int);
    set_info(SIGCHLD, 0);
    const pid_t child = fork();
    if (child == 0)
        _exit(5);
    int status;
    while (waitpid(child, &status, 0) < 0)
        ;
    printf("SIGCHLD: code %d status %d pid the child's %d\n", last_info.si_code, last_info.si_status,
           last_info.si_pid == child);
    set(SIGCHLD, SIG_DFL, 0);
}

static int realtime_order[16];
static int realtime_count;
static void note_realtime(int number, siginfo_t* info, void* context)
{
    (void)context;
    (void)number;
    if (realtime_count < 16)
        realtime_order[realtime_count++] = (number - SIGRTMIN) * 100 + info->si_value.sival_int;
}

static void realtime_signals_queue(void)
{
    struct sigaction action = {.sa_sigaction = note_realtime, .sa_flags = SA_SIGINFO};
    sigset_t both, old;
    sigfillset(&action.sa_mask);
    sigaction(SIGRTMIN + 1, &action, NULL);
    sigaction(SIGRTMIN + 2, &action, NULL);
    sigemptyset(&both);
    sigaddset(&both, SIGRTMIN + 1);
    sigaddset(&both, SIGRTMIN + 2);
    sigprocmask(SIG_BLOCK, &both, &old);
    for (int i = 0; i < 3; ++i) {
        sigqueue(getpid(), SIGRTMIN + 2, (union sigval){.sival_int = i});
        sigqueue(getpid(), SIGRTMIN + 1, (union sigval){.sival_int = i});
    }
    sigprocmask(SIG_SETMASK, &old, NULL);
    for (int i = 0; i < realtime_count; ++i)
        printf("%d ", realtime_order[i]);
    printf("\n");
}

static void sigwait_takes(void)
{
    sigset_t wanted, old;
    sigemptyset(&wanted);
    sigaddset(&wanted, SIGUSR2);
    sigaddset(&wanted, SIGUSR1);
    sigprocmask(SIG_BLOCK, &wanted, &old);
    count = 0;
    raise(SIGUSR2);
    siginfo_t info;
    int result = sigwaitinfo(&wanted, &info);
    printf("sigwaitinfo: %d code %d, handler ran %d\n", result, info.si_code, (int)count);
    const struct timespec soon = {0, 1000000};
    result = sigtimedwait(&wanted, &info, &soon);
    show("sigtimedwait", result);
    const pid_t parent = getpid();
    const pid_t child = fork();
    if (child == 0) {
        kill(parent, SIGUSR1);
        _exit(0);
    }
    result = sigwaitinfo(&wanted, &info);
    printf("from a child: %d %d\n", result, info.si_pid == child);
    waitpid(child, NULL, 0);
    sigprocmask(SIG_SETMASK, &old, NULL);
}

static void suspend_waits(void)
{
    set(SIGUSR1, note, 0);
    sigset_t block, old, none;
    sigemptyset(&block);
    sigaddset(&block, SIGUSR1);
    sigprocmask(SIG_BLOCK, &block, &old);
    count = 0;
    const pid_t parent = getpid();
    const pid_t child = fork();
    if (child == 0) {
        kill(parent, SIGUSR1);
        _exit(0);
    }
    sigemptyset(&none);
    const int result = sigsuspend(&none);
    show("sigsuspend", result);
    sigset_t after;
    sigprocmask(SIG_SETMASK, NULL, &after);
    printf("ran %d, blocked again %d\n", (int)count, sigismember(&after, SIGUSR1));
    sigprocmask(SIG_SETMASK, &old, NULL);
    waitpid(child, NULL, 0);
}

// A child sends signals until it is told to stop: one of them comes while the parent sleeps in read(2).
static pid_t start_pest(int number, int stop)
{
    const pid_t parent = getpid();
    const pid_t child = fork();
    if (child == 0) {
        char byte;
        struct timespec pause = {0, 2000000};
        (void)stop;
        for (int i = 0; i < 5; ++i) {
            nanosleep(&pause, NULL);
            kill(parent, number);
        }
        (void)byte;
        _exit(0);
    }
    return child;
}

static void calls_are_interrupted(void)
{
    int ends[2];
    char byte;
    if (pipe(ends) != 0)
        exit(1);
    set(SIGUSR1, note, 0);
    pid_t child = start_pest(SIGUSR1, ends[0]);
    ssize_t result = read(ends[0], &byte, 1);
    show("read without SA_RESTART", (int)result);
    while (waitpid(child, NULL, 0) < 0)
        ;
    set(SIGUSR1, note, SA_RESTART);
    count = 0;
    child = fork();
    if (child == 0) {
        kill(getppid(), SIGUSR1);
        kill(getppid(), SIGUSR1);
        struct timespec pause = {0, 5000000};
        nanosleep(&pause, NULL);
        kill(getppid(), SIGUSR1);
        nanosleep(&pause, NULL);
        _exit(write(ends[1], "x", 1) == 1 ? 0 : 1);
    }
    result = read(ends[0], &byte, 1);
    printf("read with SA_RESTART: %d, handler ran %d\n", (int)result, count > 0);
    while (waitpid(child, NULL, 0) < 0)
        ;
    set(SIGUSR1, note, SA_RESTART);
    child = start_pest(SIGUSR1, ends[0]);
    struct timespec long_time = {100, 0}, left = {0, 0};
    result = nanosleep(&long_time, &left);
    show("nanosleep is not restarted", (int)result);
    printf("something is left: %d\n", left.tv_sec > 50);
    while (waitpid(child, NULL, 0) < 0)
        ;
    close(ends[0]);
    close(ends[1]);
}

static char other_stack[65536];
static volatile int on_other_stack;
static void look_at_stack(int number)
{
    char here;
    note(number);
    on_other_stack = &here >= other_stack && &here < other_stack + sizeof other_stack;
    stack_t now;
    sigaltstack(NULL, &now);
    on_other_stack |= (now.ss_flags & SS_ONSTACK) != 0 ? 2 : 0;
    const stack_t off = {.ss_flags = SS_DISABLE};
    on_other_stack |= sigaltstack(&off, NULL) < 0 && errno == EPERM ? 4 : 0;
}

static void alternate_stacks(void)
{
    stack_t stack = {.ss_sp = other_stack, .ss_size = sizeof other_stack}, old;
    show("sigaltstack", sigaltstack(&stack, &old));
    printf("before: disabled %d\n", old.ss_flags == SS_DISABLE);
    set(SIGUSR1, look_at_stack, SA_ONSTACK);
    raise(SIGUSR1);
    printf("with SA_ONSTACK: %d\n", on_other_stack);
    set(SIGUSR1, look_at_stack, 0);
    raise(SIGUSR1);
    printf("without, with the stack set off in the handler: %d\n", on_other_stack & 1);
    stack.ss_size = 100;
    stack.ss_flags = 0;
    int result = sigaltstack(&stack, NULL);
    show("too small", result);
    stack.ss_flags = 77;
    result = sigaltstack(&stack, NULL);
    show("bad flags", result);
}

static void change_context(int number, siginfo_t* info, void* context)
{
    (void)info;
    note(number);
    ucontext_t* const user = context;
    user->uc_mcontext.gregs[REG_RAX] = 4242;
    user->uc_mcontext.gregs[REG_RIP] += 2; // over the UD2
}

static void contexts_can_be_changed(void)
{
    struct sigaction action = {.sa_sigaction = change_context, .sa_flags = SA_SIGINFO};
    sigaction(SIGILL, &action, NULL);
    long result = 0;
    __asm__ volatile("mov $7, %%rax; ud2" : "=a"(result));
    printf("after SIGILL: %ld\n", result);
    set(SIGILL, SIG_DFL, 0);
}

static void errors(void)
{
    int result = kill(getpid(), 65);
    show("kill with 65", result);
    result = kill(getpid(), 0);
    show("kill with 0", result);
    result = kill(999999, 0);
    show("kill of nobody", result);
    result = kill(-999999, SIGTERM);
    show("kill of no group", result);
    result = (int)syscall(SYS_tgkill, getpid(), 999999, 0);
    show("tgkill of nobody", result);
    result = (int)syscall(SYS_tkill, -1, 0);
    show("tkill -1", result);
    result = (int)syscall(SYS_rt_sigaction, SIGUSR1, NULL, NULL, 4);
    show("rt_sigaction with a wrong size", result);
    result = (int)syscall(SYS_rt_sigprocmask, SIG_BLOCK, (void*)1, NULL, 8);
    show("rt_sigprocmask of nowhere", result);
}

int main(void)
{
    setvbuf(stdout, NULL, _IONBF, 0);
    handlers_run();
    masks_hold_back();
    masks_in_handlers();
    senders_are_told();
    realtime_signals_queue();
    sigwait_takes();
    suspend_waits();
    calls_are_interrupted();
    alternate_stacks();
    contexts_can_be_changed();
    errors();
    return 0;
}
