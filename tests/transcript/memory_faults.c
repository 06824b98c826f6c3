// Faults: which signal, which code, and where. Each is caught and left by siglongjmp.
#define _GNU_SOURCE
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

enum { page = 4096 };

static sigjmp_buf out;
static volatile sig_atomic_t caught_signal;
static volatile int caught_code;
static char* volatile caught_address;

static void caught(int number, siginfo_t* info, void* context)
{
    (void)context;
    caught_signal = number;
    caught_code = info->si_code;
    caught_address = info->si_addr;
    siglongjmp(out, 1);
}

static void report(const char* what, const char* expected)
{
    printf("%s: %s code %d at %s\n", what, strsignal(caught_signal), caught_code,
           caught_address == expected ? "the address" : "another");
}
static void read_at(const char* what, char* address)
{
    if (sigsetjmp(out, 1) == 0)
        printf("%s: %d\n", what, *(volatile char*)address);
    else
        report(what, address);
}
static void write_at(const char* what, char* address)
{
    if (sigsetjmp(out, 1) == 0) {
        *(volatile char*)address = 'w';
        printf("%s: done\n", what);
    } else {
        report(what, address);
    }
}
static void execute_at(const char* what, char* address)
{
    if (sigsetjmp(out, 1) == 0) {
        ((void (*)(void))address)();
        printf("%s: done\n", what);
    } else {
        report(what, address);
    }
}

static char* map(size_t pages, int protection)
{
    return mmap(NULL, pages * page, protection, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
}

static void protections(void)
{
    char* const all = map(6, PROT_READ | PROT_WRITE);
    memset(all, 0xc3, 6 * page); // ret
    mprotect(all + page, page, PROT_READ);
    mprotect(all + 2 * page, page, PROT_NONE);
    mprotect(all + 3 * page, page, PROT_READ | PROT_EXEC);
    munmap(all + 4 * page, page);
    read_at("read what is readable", all + page);
    write_at("write what is readable", all + page + 7);
    read_at("read what is not", all + 2 * page);
    write_at("write what is not", all + 2 * page + 1);
    execute_at("execute what is writable", all);
    execute_at("execute what is executable", all + 3 * page);
    write_at("write what is executable", all + 3 * page);
    read_at("read what is not mapped", all + 4 * page + 9);
    write_at("write what is not mapped", all + 4 * page + 9);
    execute_at("execute what is not mapped", all + 4 * page + 9);
    write_at("write the last page", all + 5 * page);
    write_at("null", NULL);
    read_at("near null", (char*)16);
    read_at("the kernel's half", (char*)0xffff800000000000);
    read_at("the end of the user's", (char*)0x7ffffffff000);
    mprotect(all + page, page, PROT_READ | PROT_WRITE);
    write_at("write what was readable", all + page);
    mprotect(all, page, PROT_NONE);
    mprotect(all, page, PROT_READ);
    read_at("read what was not", all);
}

static void behind_the_end_of_a_file(void)
{
    const int file = open("short", O_RDWR | O_CREAT, 0600);
    write(file, "x", 1);
    char* const shared = mmap(NULL, 3 * page, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    char* const private = mmap(NULL, 3 * page, PROT_READ | PROT_WRITE, MAP_PRIVATE, file, 0);
    read_at("in the page of the end", shared + 100);
    read_at("shared, behind it", shared + page);
    write_at("shared, written behind it", shared + page + 5);
    read_at("private, behind it", private + page);
    write_at("private, written behind it", private + page);
    ftruncate(file, 3 * page);
    write_at("when it is longer", shared + 2 * page);
    write_at("when it is longer, private", private + 2 * page);
    ftruncate(file, page);
    read_at("when it is shorter", shared + 2 * page);
    read_at("when it is shorter, private", private + 2 * page);
    ftruncate(file, 0);
    read_at("when it is empty", shared);
    ftruncate(file, page);
    read_at("and long again", shared);
    unlink("short");
}

static void system_calls_answer(void)
{
    char* const all = map(2, PROT_READ | PROT_WRITE);
    munmap(all + page, page);
    const int zero = open("/dev/zero", O_RDONLY);
    printf("half: %zd\n", read(zero, all + page - 10, 20) > 0 ? (ssize_t)1 : (ssize_t)-1);
    printf("none: %zd\n", read(zero, all + page, 20));
    printf("kernel: %zd\n", read(zero, (char*)0xffff800000000000, 20));
    printf("pipe: %d\n", pipe((int*)(all + page)));
}

static void growing_down(void)
{
    char* const room = map(64, PROT_NONE);
    munmap(room, 64 * page);
    char* const stack = mmap(room + 60 * page, page, PROT_READ | PROT_WRITE,
                             MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED | MAP_GROWSDOWN, -1, 0);
    printf("%s\n", stack == room + 60 * page ? "placed" : "elsewhere");
    read_at("far below", room - 3000 * page);
}

static int depth(int left)
{
    volatile char room[page];
    room[0] = (char)left;
    return left == 0 ? 0 : depth(left - 1) + (room[0] == (char)left);
}

static void on_another_stack(void)
{
    static char alternative[16 * page];
    const stack_t stack = {.ss_sp = alternative, .ss_size = sizeof alternative};
    printf("sigaltstack: %d\n", sigaltstack(&stack, NULL));
    struct rlimit limit;
    getrlimit(RLIMIT_STACK, &limit);
    limit.rlim_cur = 1 << 20;
    printf("setrlimit: %d\n", setrlimit(RLIMIT_STACK, &limit));
    printf("deep: %d\n", depth(100));
    if (sigsetjmp(out, 1) == 0)
        printf("too deep: %d\n", depth(100000));
    else
        printf("too deep: %s code %d\n", strsignal(caught_signal), caught_code);
}

int main(void)
{
    setvbuf(stdout, NULL, _IOLBF, 0);
    const struct sigaction action = {.sa_sigaction = caught, .sa_flags = SA_SIGINFO | SA_ONSTACK};
    sigaction(SIGSEGV, &action, NULL);
    sigaction(SIGBUS, &action, NULL);
    protections();
    behind_the_end_of_a_file();
    system_calls_answer();
    growing_down();
    on_another_stack();
    return 0;
}
